using System.Net;
using System.Net.Http.Headers;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// Asks itself once what callers ask: the code of the first question is compiled while it is asked, which takes longer than a proxy waits for an answer in
/// the middle of a call set-up. At the ports it asks for health: nobody's queries are counted.
/// </summary>
internal sealed class FirstQuestions(ListenAddresses listening, DialogAnswers answers, DialogTags tags)
{
    private const string Nobody = "nobody";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A message of no bytes, not compressed.</summary>
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    /// <summary>Never fails: without it the first caller waits. Not at ports with TLS, where this host is no client.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        var filter = new DialogFilter { Field = DialogField.Src, Value = Nobody };
        await TryAsync(() => answers.CountAsync(new CountRequest { Filters = { filter } }, cancellation));
        await TryAsync(() => answers.GetAsync(new GetRequest { CallId = Nobody }, cancellation));
        // Of a call that nobody makes: it is looked for, and not written.
        await TryAsync(() => tags.AddAsync(new TagRequest { CallId = Nobody, Tag = Nobody }, cancellation));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        if (listening.Of(Listener.Grpc) is { Scheme: "http" } grpc) await TryAsync(() => SendAsync(client, HealthByGrpc(grpc), cancellation));
        if (listening.Of(Listener.Http) is { Scheme: "http" } http)
            await TryAsync(() => SendAsync(client, new HttpRequestMessage(HttpMethod.Get, new Uri(http, "/healthz")), cancellation));
    }

    private static HttpRequestMessage HealthByGrpc(Uri grpc) => new(HttpMethod.Post, new Uri(grpc, "/grpc.health.v1.Health/Check"))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(EmptyMessage) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
    };

    private static async Task SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, cancellation);
            await response.Content.ReadAsByteArrayAsync(cancellation);
        }
    }

    private static async Task TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (e is QueryRefusal or HttpRequestException or OperationCanceledException)
        {
            // Nobody is found, as was to be; or nobody listens any more.
        }
    }
}
