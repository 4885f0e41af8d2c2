using Dlgs.Streams.Answers;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Kafka;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Answers own up to what they lack.</summary>
public sealed class CoverageTests
{
    private static CountRequest Listing() => new() { Demand = new Demand { Partitions = true } };

    [Fact]
    public async Task Partial_answer_names_what_is_missing_and_is_refused_where_all_was_demanded()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        host.Registry.Remove(host.Registry.Find(2)!);
        var coverage = (await host.CountAsync(Listing())).Coverage;
        Assert.False(coverage.Complete);
        Assert.Equal([1, 2], coverage.MissingPartitions);
        Assert.Equal(3, coverage.PartitionCount);
        Assert.Equal([Contracts.V1.PartitionPhase.Active, Contracts.V1.PartitionPhase.Restoring], coverage.Partitions.Select(p => p.Phase));
        var refused = await QueryHost.RefusedAsync(host.CountAsync(new CountRequest { Demand = new Demand { Complete = true } }));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("1, 2", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_with_nothing_behind_it_is_no_answer()
    {
        await using var host = await QueryHost.StartAsync(partitions: 1);
        host.Registry.Find(0)!.MoveTo(PartitionPhase.Draining);
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(host.CountAsync(new CountRequest()))).StatusCode);
        host.Registry.PartitionCount = 0;
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(host.CountAsync(new CountRequest()))).StatusCode);
    }

    [Fact]
    public async Task Instance_that_has_lost_touch_refuses()
    {
        await using var host = await QueryHost.StartAsync();
        host.Registry.Find(0)!.ProvenAt = TimeProvider.System.GetTimestamp() - 3600 * System.Diagnostics.Stopwatch.Frequency;
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(host.CountAsync(new CountRequest()))).StatusCode);
    }

    [Fact]
    public async Task Partition_says_how_far_it_is()
    {
        await using var host = await QueryHost.StartAsync();
        Assert.Null((await host.CountAsync(Listing())).Coverage.Partitions[0].LogTime);
        host.Call("a");
        host.Registry.Find(0)!.CommittedOffset = 2;
        var partition = (await host.CountAsync(Listing())).Coverage.Partitions[0];
        Assert.Equal((1, 3, 2), (partition.Generation, partition.ProcessedOffset, partition.CommittedOffset));
        Assert.Equal(3, partition.LogTime.Seconds);
    }

    [Fact]
    public async Task Partition_says_how_far_its_input_goes_on_and_since_when_it_stands_still_where_that_is_known()
    {
        await using var host = await QueryHost.StartAsync();
        var unknown = (await host.CountAsync(Listing())).Coverage.Partitions[0];
        Assert.Equal((false, null), (unknown.HasLag, unknown.StalledSince));
        var since = new DateTimeOffset(2026, 11, 28, 12, 3, 7, TimeSpan.Zero);
        (host.Registry.Find(0)!.Lag, host.Registry.Find(0)!.StalledSince) = (0, since);
        var stalled = (await host.CountAsync(Listing())).Coverage.Partitions[0];
        Assert.Equal([0], (await host.CountAsync(new CountRequest())).Coverage.StalledPartitions);
        Assert.Equal((true, 0, since), (stalled.HasLag, stalled.Lag, stalled.StalledSince.ToDateTimeOffset()));
        host.Registry.Find(0)!.StalledSince = null;
        Assert.Null((await host.CountAsync(Listing())).Coverage.Partitions[0].StalledSince);
    }

    [Fact]
    public async Task Answer_waits_for_what_the_caller_has_written()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        var request = new CountRequest
        {
            Demand = new Demand
            {
                Partitions = true,
                Positions = { new Position { Partition = 0, Offset = 0 }, new Position { Partition = 1, Offset = 5 } },
            },
        };
        host.InputEnd = 5;
        var answer = host.CountAsync(request);
        host.Registry.Find(1)!.ProcessedOffset = 5;
        Assert.Equal(5, (await answer).Coverage.Partitions[1].ProcessedOffset);
    }

    [Fact]
    public async Task Answer_is_at_least_as_new_as_the_one_before_whatever_instance_gave_it()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        foreach (var callId in new[] { "a", "b", "c", "d" }) host.Call(callId);
        var before = (await host.CountAsync(new CountRequest())).Coverage;
        Assert.Empty(before.Partitions);
        // Another instance, which is behind.
        await using var other = await QueryHost.StartAsync(partitions: 3);
        other.InputEnd = 100;
        var answer = other.CountAsync(new CountRequest { Demand = new Demand { Position = before.Position } });
        foreach (var callId in new[] { "a", "b", "c", "d" })
        {
            Assert.False(answer.IsCompleted);
            other.Call(callId);
        }
        Assert.Equal([4], (await answer).Counts);
        Assert.Equal(before.Position, (await answer).Coverage.Position);
    }

    [Theory]
    [InlineData(2, "demand.position: the position of an answer of this service; it has 2 partitions, and this one is of 3.")]
    [InlineData(3, "demand.position: the position of an answer, as it came.")]
    public async Task Position_that_no_answer_of_the_service_had_is_refused(int partitions, string expected)
    {
        await using var host = await QueryHost.StartAsync(partitions: partitions);
        var position = new PositionToken { Version = partitions == 3 ? 2u : 1, PartitionCount = 3, NextOffsets = { 1 }, LogTimeLags = { 0 } };
        var refused = await QueryHost.RefusedAsync(host.CountAsync(new CountRequest { Demand = new Demand { Position = position.ToByteString() } }));
        Assert.Equal((StatusCode.InvalidArgument, expected), (refused.StatusCode, refused.Detail));
    }

    [Fact]
    public async Task Position_of_an_input_that_was_made_anew_is_refused()
    {
        await using var host = await QueryHost.StartAsync();
        host.Registry.InputId = "first";
        var position = (await host.CountAsync(new CountRequest())).Coverage.Position;
        Assert.Equal([0], (await host.CountAsync(new CountRequest { Demand = new Demand { Position = position } })).Counts);
        host.Registry.InputId = "second";
        var refused = await QueryHost.RefusedAsync(host.CountAsync(new CountRequest { Demand = new Demand { Position = position } }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("made anew", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_was_read_while_a_transaction_was_aborted_is_read_anew()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a");
        var view = host.Registry.Find(0)!;
        Task<CountResponse>? answer = null;
        view.RollBack(() =>
        {
            answer = host.CountAsync(new CountRequest());
            // It has no answer before the store has gone back, however long that takes.
            Assert.NotSame(answer, Task.WhenAny(answer, host.CountAsync(new CountRequest { Filters = { new DialogFilter { Tag = "" } } })).Result);
        });
        Assert.Equal([1], (await answer!).Counts);
    }

    [Fact]
    public async Task Answer_has_what_was_demanded_though_a_transaction_was_aborted_while_it_waited_for_its_turn()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_scans", "1"));
        host.Call("a");
        host.InputEnd = 3;
        var gate = host.Services.GetRequiredService<QueryGate>();
        using var isOver = new ManualResetEventSlim();
        var before = gate.ScanAsync(_ => isOver.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        var demand = new Demand { Partitions = true, Positions = { new Position { Offset = 3 } } };
        var answer = host.ListAsync(new ListRequest { Demand = demand });
        await EmbeddedCluster.Eventually(() => gate.ScansWaiting == 1, "the list to wait for its turn");
        var after = gate.ScanAsync(_ => 0, TestContext.Current.CancellationToken);
        var view = host.Registry.Find(0)!;
        view.RollBack(() => view.ProcessedOffset = 0);
        isOver.Set();
        await Task.WhenAll(before, after);
        view.ProcessedOffset = 3;
        Assert.Equal(3, (await answer).Coverage.Partitions[0].ProcessedOffset);
    }

    [Fact]
    public async Task Wait_for_what_does_not_come_ends_and_says_what_it_was()
    {
        var time = new FakeTimeProvider();
        await using var host = await QueryHost.StartAsync(partitions: 2, time: time);
        var answer = host.CountAsync(new CountRequest { Demand = new Demand { Positions = { new Position { Partition = 1, Offset = 5 } } } });
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        var refused = await QueryHost.RefusedAsync(answer);
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        Assert.Equal("demand.positions: partition 1 has processed up to offset 0, not 5.", refused.Detail);
    }

    [Fact]
    public async Task What_nobody_has_written_is_not_waited_for()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.InputEnd = 5;
        var request = new CountRequest
        {
            Demand = new Demand { Positions = { new Position { Partition = 0, Offset = 0 }, new Position { Partition = 1, Offset = 6 } } },
        };
        var refused = await QueryHost.RefusedAsync(host.CountAsync(request));
        Assert.Equal((StatusCode.InvalidArgument, "demand.positions[1].offset: 0 to 5, where the log of partition 1 ends; it is 6."),
            (refused.StatusCode, refused.Detail));
    }

    [Fact]
    public async Task Those_who_wait_take_no_place_of_those_who_ask()
    {
        await using var host = await QueryHost.StartAsync(settings: [("queries_in_flight", "1"), ("query_waiters", "2")]);
        var behind = new CountRequest { Demand = new Demand { Positions = { new Position { Offset = 5 } } } };
        var waiting = new[] { host.CountAsync(behind), host.CountAsync(behind), host.CountAsync(behind) };
        var first = await Task.WhenAny(waiting);
        var refused = await QueryHost.RefusedAsync(first);
        Assert.Equal((StatusCode.ResourceExhausted, "2 queries wait for their demand.positions (setting query_waiters)."),
            (refused.StatusCode, refused.Detail));
        Assert.Equal([0], (await host.CountAsync(new CountRequest())).Counts);
        host.Registry.Find(0)!.ProcessedOffset = 5;
        foreach (var answer in waiting.Where(w => w != first)) Assert.Equal([0], (await EventuallyAnsweredAsync(host, answer, behind)).Counts);
    }

    /// <summary>Both may be through in the same moment, with one place among the queries.</summary>
    private static async Task<CountResponse> EventuallyAnsweredAsync(QueryHost host, Task<CountResponse> answer, CountRequest again)
    {
        try
        {
            return await answer;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            return await host.CountAsync(again);
        }
    }

    [Fact]
    public async Task Call_asks_its_own_partition_only()
    {
        await using var host = await QueryHost.StartAsync(partitions: 8);
        host.Call("a");
        var owner = CallIdPartitioner.PartitionOf("a"u8, 8);
        foreach (var view in host.Registry.Views.Where(v => v.Partition != owner)) host.Registry.Remove(view);
        var response = await host.GetAsync(new GetRequest { CallId = "a", Demand = new Demand { Complete = true, Partitions = true } });
        Assert.Single(response.Dialogs);
        Assert.Equal([owner], response.Coverage.Partitions.Select(p => p.Partition));
        host.Registry.Remove(host.Registry.Find(owner)!);
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(host.GetAsync(new GetRequest { CallId = "a" }))).StatusCode);
    }
}
