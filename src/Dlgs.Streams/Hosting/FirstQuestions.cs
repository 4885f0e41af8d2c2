using System.Net;
using System.Net.Http.Headers;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// Asks itself once what callers ask: the code of the first question is compiled while it is asked, which takes longer than a proxy waits for an answer in
/// the middle of a call set-up.
/// </summary>
internal sealed class FirstQuestions(ListenAddresses listening)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A message of no bytes, not compressed: a CountRequest that asks for all.</summary>
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    /// <summary>Never fails: without it the first caller waits. Not with TLS, where this host is no client.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        if (listening.Of(Listener.Grpc) is { Scheme: "http" } grpc) await AskAsync(client, CountByGrpc(grpc), cancellation);
        if (listening.Of(Listener.Http) is { Scheme: "http" } http)
        {
            var count = new Uri(http, "/v1/count?field=src&op=eq&value=nobody");
            await AskAsync(client, new HttpRequestMessage(HttpMethod.Get, count), cancellation);
            // Of a call that nobody makes: it is looked for, and not written.
            var tag = new StringContent("""{"callId": "nobody", "tag": "nobody"}""", MediaTypeHeaderValue.Parse("application/json"));
            await AskAsync(client, new HttpRequestMessage(HttpMethod.Post, new Uri(http, "/v1/tags")) { Content = tag }, cancellation);
        }
    }

    private static HttpRequestMessage CountByGrpc(Uri grpc) => new(HttpMethod.Post, new Uri(grpc, "/dlgs.streams.v1.DialogQuery/Count"))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(EmptyMessage) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
    };

    private static async Task AskAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using (request)
            {
                using var response = await client.SendAsync(request, cancellation);
                await response.Content.ReadAsByteArrayAsync(cancellation);
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            // It listens elsewhere by now, or is very slow.
        }
    }
}
