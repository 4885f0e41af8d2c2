using System.Collections.Concurrent;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Nobody's queries hold up anybody else's.</summary>
public sealed class GateTests
{
    private static CountRequest Eq => new() { Filters = { new DialogFilter { Field = DialogField.Src, Value = "alice@a.example" } } };

    private static CountRequest Re(string pattern) => new()
    {
        Filters = { new DialogFilter { Field = DialogField.Src }, new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Re, Value = pattern } },
    };

    [Fact]
    public async Task Scans_beyond_their_limit_are_refused_and_the_others_answered()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_scans", "1"));
        host.Call("a");
        using var ending = new ManualResetEventSlim();
        var scans = Enumerable.Range(0, 17).Select(_ => ScanAsync(host, _ => ending.Wait(TestContext.Current.CancellationToken))).ToArray();
        var refused = await QueryHost.RefusedAsync(host.CountAsync(Re("a")));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal([1], (await host.CountAsync(Eq)).Counts);
        ending.Set();
        await Task.WhenAll(scans);
        Assert.Equal([0, 1], (await host.CountAsync(Re("a"))).Counts);
    }

    [Fact]
    public async Task Scan_that_has_used_its_slice_lets_the_others_go_first()
    {
        await using var host = await QueryHost.StartAsync(time: new HurriedClock(), settings: ("query_scans", "1"));
        using var begin = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var slow = ScanAsync(host, pause =>
        {
            begin.Wait(TestContext.Current.CancellationToken);
            pause("filters[0].value");
            order.Enqueue("slow");
        });
        var quick = ScanAsync(host, _ => order.Enqueue("quick"));
        begin.Set();
        await Task.WhenAll(slow, quick);
        Assert.Equal(["quick", "slow"], order);
    }

    [Fact]
    public async Task Scan_that_takes_too_long_is_ended_and_the_error_names_its_filter()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2, time: new HurriedClock());
        for (var i = 0; i < 400; i++) host.Call($"call-{i}", src: $"{i}@a.example");
        Task[] scans =
        [
            host.CountAsync(Re("(a.{0,30}){30}z")),
            host.GetAsync(new GetRequest { Filter = new DialogFilter { Operator = FilterOperator.Re, Value = "(a.{0,30}){30}z" } }),
            host.CountAsync(new CountRequest { Filters = { new DialogFilter { Operator = FilterOperator.Fm, Value = "*a*b*" } } }),
            host.ListAsync(new ListRequest { PageSize = 1_000, Filters = { new DialogFilter { Operator = FilterOperator.Re, Value = "(a.{0,30}){30}z" } } }),
        ];
        string[] names = ["filters[1].value:", "filter", "filters[0].value:", ""];
        foreach (var (scan, name) in scans.Zip(names))
        {
            var refused = await QueryHost.RefusedAsync(scan);
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
            Assert.StartsWith(name, refused.Detail, StringComparison.Ordinal);
            Assert.Contains("took more than 5 s (setting query_scan_time)", refused.Detail, StringComparison.Ordinal);
        }
        Assert.Equal([0], (await host.CountAsync(Eq)).Counts);
    }

    [Fact]
    public async Task Query_that_is_over_ends_in_the_middle_of_its_scan()
    {
        await using var host = await QueryHost.StartAsync();
        using var caller = new CancellationTokenSource();
        var gate = host.Services.GetRequiredService<QueryGate>();
        var scan = gate.InTimeAsync(isScan: false, cancellation => gate.ScanAsync<int>(pause =>
        {
            caller.Cancel();
            while (true) pause("filter");
        }, cancellation), caller.Token);
        Assert.Equal(StatusCode.Cancelled, (await QueryHost.RefusedAsync(scan)).StatusCode);
    }

    [Fact]
    public async Task Queries_beyond_their_limit_are_refused()
    {
        await using var host = await QueryHost.StartAsync(settings: ("queries_in_flight", "1"));
        var first = host.Services.GetRequiredService<QueryGate>().Enter();
        Assert.Equal(StatusCode.ResourceExhausted, (await QueryHost.RefusedAsync(host.CountAsync(new CountRequest()))).StatusCode);
        first.Dispose();
        Assert.Equal([0], (await host.CountAsync(new CountRequest())).Counts);
    }

    private static Task<int> ScanAsync(QueryHost host, Action<Action<string>> scan)
    {
        var gate = host.Services.GetRequiredService<QueryGate>();
        return gate.ScanAsync(pause =>
        {
            scan(pause);
            return 0;
        }, TestContext.Current.CancellationToken);
    }

    /// <summary>To a scan, which has its own thread, each of its looks is a second after the one before: more than a slice. No other look counts.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        [ThreadStatic]
        private static int looks;

        public override long GetTimestamp() => Thread.CurrentThread.IsThreadPoolThread ? 0 : ++looks * TimestampFrequency;
    }
}
