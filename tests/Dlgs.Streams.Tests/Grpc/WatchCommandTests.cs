using System.Diagnostics;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>dlgs watch, as its user sees it.</summary>
public sealed class WatchCommandTests
{
    [Fact]
    public async Task It_writes_a_change_a_line_and_when_it_is_told_to_end_where_it_can_go_on()
    {
        await using var host = await QueryHost.StartAsync();
        using var first = Start(host, "--json");
        await Kafka.EmbeddedCluster.Eventually(() => host.Changes.Following == 1, "the command to follow");
        host.Changes.Commit(Change(1));
        Assert.Contains("\"call-1\"", await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        // Not SIGINT, which whoever runs the tests in the background has had ignored for all of them.
        using var kill = Process.Start("kill", ["-TERM", $"{first.Id}"]);
        var said = (await first.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd();
        Assert.StartsWith("dlgs watch: it can go on from here: --position ", said, StringComparison.Ordinal);
        host.Changes.Commit(Change(2));
        using var second = Start(host, "--position", said.Split(' ')[^1]);
        Assert.Contains("call-1", await second.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("call-2", await second.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        second.Kill();
    }

    [Fact]
    public async Task Bad_arguments_are_one_line()
    {
        foreach (var arguments in new string[][] { ["--position", "!"], ["src", "eq"], ["--state", "up"] })
        {
            var bad = await DlgsCommand.RunAsync(["watch", .. arguments]);
            Assert.Equal((2, 0), (bad.Code, bad.Output.Length));
            Assert.Single(bad.Errors);
        }
    }

    private static Process Start(QueryHost host, params string[] arguments) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "dlgs"), ["watch", "--server", host.Address, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static DialogChange Change(long offset) => new()
    {
        CallId = $"call-{offset}",
        EventId = $"{offset}",
        State = DialogState.Init,
        Cause = new Cause { Offset = offset },
        LogTime = new Timestamp { Seconds = offset },
    };
}
