using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Client;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Exit codes and lines of the commands that ask, as a script sees them.</summary>
public sealed class QueryCommandTests
{
    [Fact]
    public async Task Partial_answer_ends_with_3_and_names_what_is_missing_unless_that_is_all_right()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        foreach (var command in new[] { "count", "list" })
        {
            var partial = await DlgsCommand.RunAsync(command, "--server", host.Address);
            Assert.Equal((3, "dlgs: not complete: partitions 1 did not answer."), (partial.Code, partial.Errors[^1]));
        }
        var count = await DlgsCommand.RunAsync("count", "--partial-ok", "--server", host.Address);
        Assert.Equal((0, "0"), (count.Code, count.Output[^1]));
        var none = await DlgsCommand.RunAsync("count", "--require-complete", "--server", host.Address);
        Assert.Equal((1, 0), (none.Code, none.Output.Length));
        Assert.Equal(2, (await DlgsCommand.RunAsync("count", "--require-complete", "--partial-ok")).Code);
    }

    [Fact]
    public async Task Call_that_is_not_known_is_said_to_be()
    {
        await using var host = await QueryHost.StartAsync();
        var get = await DlgsCommand.RunAsync("get", "x@pc33", "--server", host.Address);
        Assert.Equal((1, 0, "dlgs get: no dialog of x@pc33 is known."), (get.Code, get.Output.Length, Assert.Single(get.Errors)));
    }

    [Fact]
    public async Task One_count_is_the_bare_number_and_two_are_labelled()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a", src: "alice@a.example", tag: "trunk-7");
        host.Call("b", src: "carol@c.example", tag: "trunk-7");
        Assert.Equal(["1"], (await DlgsCommand.RunAsync("count", "src", "eq", "alice@a.example", "--server", host.Address)).Output);
        Assert.Equal(
            ["tag trunk-7: 2", "src eq alice@a.example: 1"],
            (await DlgsCommand.RunAsync("count", "src", "eq", "alice@a.example", "--tag", "trunk-7", "--server", host.Address)).Output);
    }

    [Fact]
    public async Task Wrong_address_is_one_line_that_says_what_is_there()
    {
        using var certificate = new ServerCertificate();
        await using var tls = await QueryHost.StartAsync(certificate: certificate);
        await using var plain = await QueryHost.StartAsync();
        await FailsAsync(1, $"{tls.Address} is its address", "count", "--server", tls.Address.Replace("https", "http", StringComparison.Ordinal));
        await FailsAsync(1, $"{plain.Address} is its address", "count", "--server", plain.Address.Replace("http", "https", StringComparison.Ordinal));
        await FailsAsync(1, "--ca names the authorities to trust", "count", "--server", tls.Address);
        Assert.Equal(["0"], (await DlgsCommand.RunAsync("count", "--server", tls.Address, "--ca", certificate.PemFile)).Output);
        await FailsAsync(1, "Is 'dlgs serve' running?", "leave", "--server", Closed());
    }

    [Fact]
    public async Task File_of_authorities_that_is_none_is_a_bad_argument()
    {
        await FailsAsync(2, "/no/such.pem", "count", "--server", "https://127.0.0.1:1", "--ca", "/no/such.pem");
        await FailsAsync(2, "has no certificate in PEM", "get", "x", "--server", "https://127.0.0.1:1", "--ca", typeof(QueryCommandTests).Assembly.Location);
        await FailsAsync(2, "/tmp", "list", "--server", "https://127.0.0.1:1", "--ca", "/tmp");
    }

    private static async Task FailsAsync(int code, string says, params string[] arguments)
    {
        var run = await DlgsCommand.RunAsync(arguments);
        Assert.Equal(code, run.Code);
        Assert.Contains(says, Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    private static string Closed()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        return $"http://{port.LocalEndpoint}";
    }
}
