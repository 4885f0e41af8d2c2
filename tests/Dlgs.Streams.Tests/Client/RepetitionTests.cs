using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Client;

/// <summary>What is asked of whom, and what is asked again.</summary>
public sealed class RepetitionTests
{
    private static readonly TagRequest Tag = new() { CallId = "call-1", Tag = "vip" };
    private static readonly CloseRequest Close = new() { CallId = "call-1", ClosedBy = "noc" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DialogQueries Of(params string[] addresses) => With(options => options, addresses);

    /// <summary>With a deadline that no machine is too slow for.</summary>
    private static DialogQueries With(Func<ServiceOptions, ServiceOptions> set, params string[] addresses) =>
        new(set(new ServiceOptions { Address = string.Join(',', addresses), Deadline = TimeSpan.FromSeconds(60) }));

    private static async Task<int> AskedAsync(Func<ServerCallContext, Task> does, Func<DialogQueries, Task> ask, Action<QueryException>? failure = null)
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        a.Does = b.Does = does;
        using var queries = Of(a.Address, b.Address);
        var e = await Assert.ThrowsAnyAsync<QueryException>(() => ask(queries));
        failure?.Invoke(e);
        return a.Asked.Count + b.Asked.Count;
    }

    private static string Nobody()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        return $"http://{port.LocalEndpoint}";
    }

    [Fact]
    public async Task Instances_are_asked_in_turn()
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        await using var c = await ScriptedInstance.StartAsync();
        using var queries = Of(a.Address, b.Address, c.Address);
        // From the moment on where all are connected.
        while (a.Asked.Count * b.Asked.Count * c.Asked.Count == 0) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        var before = (a.Asked.Count, b.Asked.Count, c.Asked.Count);
        for (var i = 0; i < 30; i++) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        Assert.Equal((10, 10, 10), (a.Asked.Count - before.Item1, b.Asked.Count - before.Item2, c.Asked.Count - before.Item3));
    }

    [Fact]
    public async Task Read_that_one_instance_does_not_answer_is_asked_of_the_other()
    {
        await using var other = await ScriptedInstance.StartAsync();
        foreach (var does in new Func<ServerCallContext, Task>[] { ScriptedInstance.IsNotReady, ScriptedInstance.LacksPartitions, ScriptedInstance.BreaksOff })
        {
            await using var one = await ScriptedInstance.StartAsync();
            one.Does = does;
            using var queries = Of(one.Address, other.Address);
            while (one.Asked.Count == 0) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        }
        using var half = Of(Nobody(), other.Address);
        for (var i = 0; i < 10; i++) await half.CountAsync(new CountRequest(), cancellation: Cancellation);
    }

    [Fact]
    public async Task Instance_that_is_not_ready_is_asked_four_times_at_most_or_as_often_as_was_set()
    {
        await using var instance = await ScriptedInstance.StartAsync();
        instance.Does = ScriptedInstance.IsNotReady;
        foreach (var (attempts, expected) in new[] { (4, 4), (1, 5) })
        {
            using var queries = With(options => options with { Attempts = attempts }, instance.Address);
            await Assert.ThrowsAsync<NotReadyException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
            Assert.Equal(expected, instance.Asked.Count);
        }
    }

    [Fact]
    public async Task What_lacks_partitions_is_asked_of_one_more_instance_and_of_no_third()
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        await using var c = await ScriptedInstance.StartAsync();
        a.Does = b.Does = c.Does = ScriptedInstance.LacksPartitions;
        using var queries = Of(a.Address, b.Address, c.Address);
        var missing = await Assert.ThrowsAsync<PartitionsMissingException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal([3, 5], missing.Partitions);
        Assert.Equal(2, a.Asked.Count + b.Asked.Count + c.Asked.Count);
    }

    [Fact]
    public async Task Tag_is_asked_again_where_an_instance_refuses_it_for_now_and_not_where_it_may_be_under_way()
    {
        Assert.Equal(4, await AskedAsync(ScriptedInstance.IsNotReady, queries => queries.AddTagAsync(Tag, cancellation: Cancellation)));
        Assert.Equal(1, await AskedAsync(ScriptedInstance.BreaksOff, queries => queries.AddTagAsync(Tag, cancellation: Cancellation),
            e => Assert.Equal(UnreachableCause.NothingAnswers, Assert.IsType<UnreachableException>(e).Why)));
    }

    [Fact]
    public async Task Close_is_asked_again_only_where_nobody_has_got_it()
    {
        Assert.Equal(1, await AskedAsync(ScriptedInstance.IsNotReady, queries => queries.CloseAsync(Close, cancellation: Cancellation)));
        Assert.Equal(1, await AskedAsync(ScriptedInstance.BreaksOff, queries => queries.CloseAsync(Close, cancellation: Cancellation)));
        await using var other = await ScriptedInstance.StartAsync();
        using var queries = Of(Nobody(), other.Address, Nobody());
        for (var i = 0; i < 5; i++) await queries.CloseAsync(Close, cancellation: Cancellation);
        Assert.Equal(5, other.Asked.Count);
    }

    [Fact]
    public async Task Refusal_of_the_request_is_final()
    {
        Func<ServerCallContext, Task> refuses = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "filters[0].value: none."));
        Assert.Equal(1, await AskedAsync(refuses, queries => queries.CountAsync(new CountRequest(), cancellation: Cancellation),
            e => Assert.Equal("filters[0].value: none.", Assert.IsType<ArgumentRefusedException>(e).Message)));
    }

    [Fact]
    public async Task Deadline_is_one_for_all_attempts()
    {
        await using var slow = await ScriptedInstance.StartAsync();
        slow.Does = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), context.CancellationToken);
            await ScriptedInstance.IsNotReady(context);
        };
        using var queries = With(options => options with { Attempts = 10 }, slow.Address);
        await Assert.ThrowsAnyAsync<QueryException>(() => queries.CountAsync(new CountRequest(), TimeSpan.FromMilliseconds(500), Cancellation));
        // A third one could not begin before 600 ms.
        Assert.InRange(slow.Asked.Count, 1, 2);
    }

    [Fact]
    public async Task Instance_that_let_the_deadline_pass_is_named()
    {
        await using var silent = await ScriptedInstance.StartAsync();
        await using var other = await ScriptedInstance.StartAsync();
        silent.Does = ScriptedInstance.IsSilent;
        using var queries = Of(silent.Address, other.Address);
        var late = await Assert.ThrowsAsync<TimedOutException>(async () =>
        {
            while (true) await queries.CountAsync(new CountRequest(), TimeSpan.FromMilliseconds(500), Cancellation);
        });
        Assert.Single(silent.Asked);
        Assert.Equal($"{silent.Address}: No answer within 0.5 s.", late.Message);
    }

    [Fact]
    public async Task Failure_says_what_each_instance_said()
    {
        await using var starting = await ScriptedInstance.StartAsync();
        starting.Does = ScriptedInstance.IsNotReady;
        var nobody = Nobody();
        using var queries = Of(nobody, starting.Address);
        var failure = await Assert.ThrowsAsync<NotReadyException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal($"{starting.Address}: It starts. Nothing answers at {nobody}.", failure.Message);
        Assert.Equal(new Uri(starting.Address), failure.Instance);
        using var lost = Of(nobody, Nobody());
        var nothing = await Assert.ThrowsAsync<UnreachableException>(() => lost.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal(2, nothing.Message.Split("Nothing answers at").Length - 1);
    }

    [Fact]
    public async Task Watch_goes_on_at_another_instance()
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        using var isSeen = new SemaphoreSlim(0);
        a.Does = b.Does = async context =>
        {
            await isSeen.WaitAsync(context.CancellationToken);
            await ScriptedInstance.BreaksOff(context);
        };
        using var queries = Of(a.Address, b.Address, Nobody());
        var (breaks, seen) = (new List<string>(), new List<string>());
        await foreach (var response in queries.WatchAsync(new WatchRequest(), e => breaks.Add(e.Message), Cancellation))
        {
            seen.Add(response.Position.ToStringUtf8());
            if (seen.Count == 2) break;
            isSeen.Release();
        }
        Assert.Equivalent(new[] { a.Address, b.Address }, seen, strict: true);
        Assert.Single(breaks);
    }
}
