using System.Text;
using System.Text.Json;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>
/// What is watched, as server-sent events: a "change" each; an id, which is the position to go on from, after all that a response holds.
/// A client that breaks off in the middle gets the response again. A heartbeat is an "alive" event without changes.
/// </summary>
internal sealed class EventStream(HttpResponse response)
{
    public const string MediaType = "text/event-stream";

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public async Task WriteAsync(WatchResponse watched, CancellationToken cancellation)
    {
        if (!response.HasStarted) Start();
        var text = new StringBuilder();
        foreach (var change in watched.Changes.SkipLast(1)) Add(text, "change", JsonFormatter.Default.Format(change));
        text.Append("id: ").Append(watched.Position.ToBase64()).Append('\n');
        if (watched.Changes.Count > 0) Add(text, "change", JsonFormatter.Default.Format(watched.Changes[^1]));
        else Add(text, "alive", "{}");
        await SendAsync(text, cancellation);
    }

    /// <summary>Why there is no more.</summary>
    public Task EndAsync(ProblemDetails problem, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        Add(text, "problem", JsonSerializer.Serialize(problem, Web));
        return SendAsync(text, cancellation);
    }

    private void Start()
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        // nginx would keep it until it has a buffer full.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>The formatters write no line breaks.</summary>
    private static void Add(StringBuilder text, string kind, string json) => text.Append("event: ").Append(kind).Append("\ndata: ").Append(json).Append("\n\n");

    private async Task SendAsync(StringBuilder text, CancellationToken cancellation)
    {
        await response.WriteAsync(text.ToString(), cancellation);
        await response.Body.FlushAsync(cancellation);
    }
}
