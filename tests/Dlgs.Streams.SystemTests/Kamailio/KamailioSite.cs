using System.Globalization;
using System.Net.Http.Headers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>All of it: Kamailio, what publishes its messages, and the service that it asks by HTTP.</summary>
internal sealed class KamailioSite : IAsyncDisposable
{
    private const int Partitions = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string servers;
    private readonly string prefix = $"k{Guid.NewGuid():N}.";
    private readonly DlgsProcess service;
    private readonly HttpClient http;
    private HepBridge? bridge;
    private KamailioProxy? proxy;

    private KamailioSite(string servers)
    {
        this.servers = servers;
        var port = LoopbackPort.Free();
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        service = DlgsProcess.Serve(servers, prefix, more: ["--partitions", $"{Partitions}", "--finish-lifetime", "1", "--http", $"{http.BaseAddress}"]);
    }

    public KamailioProxy Proxy => proxy!;

    /// <summary>What the service and Kamailio said.</summary>
    public string Output => $"{service.Output}\n\n{proxy?.Output}";

    /// <summary>All ready, or the test is skipped.</summary>
    public static async Task<KamailioSite> RequireAsync(KafkaCluster kafka)
    {
        KamailioProxy.Require();
        var site = new KamailioSite(kafka.Require());
        try
        {
            await site.service.WaitForActiveAsync(Partitions);
            site.bridge = new HepBridge(site.servers, site.prefix);
            site.proxy = await KamailioProxy.StartAsync(new KamailioLines(site.bridge.Port, site.http.BaseAddress!.Port));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks as Kamailio does, until the number is there.</summary>
    public async Task WaitForCountAsync(string selection, int count)
    {
        var said = "";
        var start = TimeProvider.System.GetTimestamp();
        while (said != count.ToString(CultureInfo.InvariantCulture))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{selection}: {said}, not {count}.\n\n{Output}");
            using var answer = await http.GetAsync(new Uri($"/v1/count?complete=true&{selection}", UriKind.Relative), TestContext.Current.CancellationToken);
            said = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Trim();
        }
    }

    /// <summary>The settled calls, once there are so many.</summary>
    public async Task<DialogChange[]> ReadSettledAsync(int count) =>
        [.. (await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count(change => change.Settled) >= count, service))
            .Where(change => change.Settled)];

    public async ValueTask DisposeAsync()
    {
        proxy?.Dispose();
        if (bridge is not null) await bridge.DisposeAsync();
        service.Dispose();
        http.Dispose();
    }
}
