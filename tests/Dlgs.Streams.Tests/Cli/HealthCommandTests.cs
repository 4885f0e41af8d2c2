using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Access;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Cli;

/// <summary>What a container's HEALTHCHECK gets to know, and where it asks.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task Instance_that_restores_is_alive_and_not_ready_and_says_why()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        await AnswersAsync(0, $"{host.Http}healthz: Healthy", "--http", $"{host.Http}");
        await AnswersAsync(0, $"{host.Http}readyz: Healthy", "--http", $"{host.Http}", "--ready");
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        await AnswersAsync(0, $"{host.Http}healthz: Healthy", "--http", $"{host.Http}");
        await AnswersAsync(1, $"dlgs health: {host.Http}readyz: Unhealthy: partitions are being restored", "--http", $"{host.Http}", "--ready");
    }

    [Fact]
    public async Task Port_of_probes_is_asked_before_http_and_an_address_of_the_whole_machine_by_loopback()
    {
        await using var host = await QueryHost.StartAsync(settings: ("probes", "http://0.0.0.0:0"));
        string[] settings = ["--probes", $"http://0.0.0.0:{host.Probes.Port}", "--http", "http://127.0.0.1:1"];
        await AnswersAsync(0, $"http://127.0.0.1:{host.Probes.Port}/readyz: Healthy", [.. settings, "--ready"]);
    }

    [Fact]
    public async Task Instance_that_speaks_TLS_is_asked_at_its_port_of_probes_or_not_at_all()
    {
        await using var guarded = await GuardedHost.StartAsync("cn:ops=read", ("probes", "http://127.0.0.1:0"));
        string[] http = ["--http", $"{guarded.Host.Http}"];
        await AnswersAsync(0, $"{guarded.Host.Probes}healthz: Healthy", [.. http, "--probes", $"{guarded.Host.Probes}"]);
        await AnswersAsync(1, $"127.0.0.1:{guarded.Host.Http.Port} speaks TLS; set probes, a plain port that is for this.", http);
    }

    [Fact]
    public async Task Who_is_not_there_or_is_somebody_else_or_says_nothing_is_not_well()
    {
        await AnswersAsync(1, "http://127.0.0.1:1/healthz: ", "--http", "http://127.0.0.1:1");
        await using var host = await QueryHost.StartAsync();
        await AnswersAsync(1, $"dlgs health: {host.Address}/healthz: ", "--http", host.Address);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await AnswersAsync(1, "/healthz: no answer within 5 s", "--http", $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
    }

    [Fact]
    public async Task Settings_that_name_no_port_are_refused_and_never_with_the_code_that_Docker_reserves()
    {
        await AnswersAsync(1, "dlgs health: neither probes nor http names a port to ask.", "--http", "");
        await AnswersAsync(1, "dlgs health: http: 'http://127.0.0.1:0' leaves the port open", "--http", "http://127.0.0.1:0");
        await AnswersAsync(1, "dlgs health: Unrecognized command or argument '--nowhere'", "--nowhere");
        await AnswersAsync(1, "dlgs health: config: ", "--config", "/nowhere");
    }

    [Fact]
    public async Task Probes_that_are_no_address_are_refused_where_http_would_answer()
    {
        await using var host = await QueryHost.StartAsync();
        await AnswersAsync(1, "dlgs health: probes: ", "--probes", "garbage", "--http", $"{host.Http}");
    }

    private static async Task AnswersAsync(int code, string said, params string[] arguments)
    {
        var health = await DlgsCommand.RunAsync(["health", .. arguments]);
        Assert.Equal(code, health.Code);
        Assert.Contains(said, Assert.Single(code == 0 ? health.Output : health.Errors), StringComparison.Ordinal);
        Assert.Empty(code == 0 ? health.Errors : health.Output);
    }
}
