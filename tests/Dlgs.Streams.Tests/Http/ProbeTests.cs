using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Grpc;
using Dlgs.Streams.Tests.Memory;

namespace Dlgs.Streams.Tests.Http;

/// <summary>What an orchestrator asks, and where.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task Instance_is_alive_at_once_and_ready_when_no_partition_is_restored()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        using var http = new HttpCaller(host);
        Assert.Equal(200, (await http.GetAsync("/readyz")).Status);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        Assert.Equal((200, 503), ((await http.GetAsync("/healthz")).Status, (await http.GetAsync("/readyz")).Status));
    }

    /// <summary>It answers, and the others may be as short: to take it out of service would leave nobody.</summary>
    [Fact]
    public async Task Instance_that_is_short_of_memory_is_ready_and_says_so()
    {
        await using var host = await QueryHost.StartAsync(settings: ("instance", "a"));
        using var http = new HttpCaller(host);
        Assert.Equal((200, "Healthy"), await ReadyAsync());
        host.HoldMemory(ScriptedMemory.MiB * 800);
        Assert.Equal((200, "Degraded: memory is short: instance a holds 800MiB, and its memory_limit is 768MiB"), await ReadyAsync());
        host.Registry.Find(0)!.MoveTo(PartitionPhase.Restoring);
        var (status, text) = await ReadyAsync();
        Assert.Equal(503, status);
        Assert.StartsWith("Unhealthy: partitions are being restored", text, StringComparison.Ordinal);
        Assert.EndsWith("; memory is short: instance a holds 800MiB, and its memory_limit is 768MiB", text, StringComparison.Ordinal);

        async Task<(int, string)> ReadyAsync() => await http.GetAsync("/readyz") is var answer ? (answer.Status, answer.Text) : default;
    }

    [Fact]
    public async Task Port_of_probes_has_nothing_else_and_is_not_asked_for_a_name()
    {
        await using var host = await QueryHost.StartAsync(settings: ("probes", "http://127.0.0.1:0"));
        using var client = new HttpClient { BaseAddress = host.Probes };
        client.DefaultRequestHeaders.Host = "prometheus.example";
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics", "/v1/count", "/v1/dialogs", "/openapi.json", "/RPC" })
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, path is "/healthz" or "/readyz" or "/metrics"), (path, response.IsSuccessStatusCode));
        }
    }
}
