using System.Net.Http.Headers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>All of it: Kamailio, and the service with the gateway that takes its messages and the surface that it asks by HTTP.</summary>
internal sealed class KamailioSite : IAsyncDisposable
{
    private const int Partitions = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string servers;
    private readonly string prefix = $"k{Guid.NewGuid():N}.";
    private readonly DlgsProcess service;
    private readonly HttpClient http;
    private readonly int hepPort = LoopbackPort.Free();
    private KamailioProxy? proxy;

    private KamailioSite(string servers)
    {
        this.servers = servers;
        var port = LoopbackPort.Free();
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        // One lane: partitions that move to a second one would be missing from counts for a moment.
        string[] more = ["--partitions", $"{Partitions}", "--finish-lifetime", "1", "--http", $"{http.BaseAddress}", "--hep-tcp", $"127.0.0.1:{hepPort}"];
        service = DlgsProcess.Serve(servers, prefix, lanes: 1, more: more);
    }

    public KamailioProxy Proxy => proxy!;

    /// <summary>What the service and Kamailio said.</summary>
    public string Output => $"{service.Output}\n\n{proxy?.Output}";

    /// <summary>All ready, or the test is skipped.</summary>
    public static async Task<KamailioSite> RequireAsync(KafkaCluster kafka)
    {
        KamailioProcess.Require();
        var site = new KamailioSite(kafka.Require());
        try
        {
            await site.service.WaitForActiveAsync(Partitions);
            var lines = new KamailioLines(site.hepPort, site.http.BaseAddress!.Port) { FailsOpen = false, Patience = 10 };
            site.proxy = await KamailioProxy.StartAsync(lines);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>So many calls of one caller at once; each is up then, or has been refused.</summary>
    public async Task<Callers> CallAsync(string caller, int calls)
    {
        var callers = new Callers(Proxy, caller, calls);
        await callers.WaitUntilDecidedAsync(() => Output);
        return callers;
    }

    /// <summary>Asks as Kamailio does, until the number is there.</summary>
    public async Task WaitForCountAsync(string selection, int count)
    {
        var said = "";
        await Eventually.IsTrueAsync(() => (said = Count(selection)) == $"{count}", Patience, () => $"{count} {selection}, not {said}; {Output}");
    }

    /// <summary>The settled calls, once there are so many.</summary>
    public async Task<DialogChange[]> ReadSettledAsync(int count) =>
        [.. (await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count(change => change.Settled) >= count, service))
            .Where(change => change.Settled)];

    public async ValueTask DisposeAsync()
    {
        proxy?.Dispose();
        service.Dispose();
        http.Dispose();
    }

    private string Count(string selection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/v1/count?complete=true&{selection}", UriKind.Relative));
        using var answer = http.Send(request, TestContext.Current.CancellationToken);
        using var text = new StreamReader(answer.Content.ReadAsStream());
        return text.ReadToEnd().Trim();
    }
}
