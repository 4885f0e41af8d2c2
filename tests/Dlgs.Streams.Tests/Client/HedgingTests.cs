using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A read that takes long is asked of another instance too, where that was set.</summary>
public sealed class HedgingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DialogQueries Of(TimeSpan? delay, params IEnumerable<ScriptedInstance> instances) => new(new ServiceOptions
    {
        Address = string.Join(',', instances.Select(instance => instance.Address)),
        Deadline = TimeSpan.FromSeconds(60),
        HedgingDelay = delay,
    });

    [Fact]
    public async Task First_of_two_answers_counts_and_the_other_is_given_up()
    {
        await using var silent = await ScriptedInstance.StartAsync();
        await using var quick = await ScriptedInstance.StartAsync();
        var givenUp = new TaskCompletionSource();
        silent.Does = context =>
        {
            context.CancellationToken.Register(givenUp.SetResult);
            return ScriptedInstance.IsSilent(context);
        };
        using var queries = Of(TimeSpan.FromMilliseconds(20), silent, quick);
        while (silent.Asked.Count == 0) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        await givenUp.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Single(silent.Asked);
    }

    [Fact]
    public async Task Read_that_is_answered_in_time_is_asked_once()
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        using var queries = Of(TimeSpan.FromSeconds(50), a, b);
        for (var i = 0; i < 10; i++) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        Assert.Equal(10, a.Asked.Count + b.Asked.Count);
    }

    [Fact]
    public async Task What_writes_is_asked_once_whatever_was_set()
    {
        await using var a = await ScriptedInstance.StartAsync();
        await using var b = await ScriptedInstance.StartAsync();
        a.Does = b.Does = ScriptedInstance.IsSilent;
        using var queries = Of(TimeSpan.FromMilliseconds(1), a, b);
        var tag = new TagRequest { CallId = "call-1", Tag = "vip" };
        await Assert.ThrowsAsync<TimedOutException>(() => queries.AddTagAsync(tag, TimeSpan.FromMilliseconds(500), Cancellation));
        Assert.Single(a.Asked.Concat(b.Asked));
    }

    [Fact]
    public async Task Read_goes_on_to_a_third_instance_and_fails_only_when_all_did()
    {
        await using var silent = await ScriptedInstance.StartAsync();
        await using var starting = await ScriptedInstance.StartAsync();
        await using var quick = await ScriptedInstance.StartAsync();
        (silent.Does, starting.Does) = (ScriptedInstance.IsSilent, ScriptedInstance.IsNotReady);
        using var queries = Of(TimeSpan.FromMilliseconds(20), silent, starting, quick);
        while (silent.Asked.Count * starting.Asked.Count == 0) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        quick.Does = ScriptedInstance.LacksPartitions;
        await Assert.ThrowsAnyAsync<QueryException>(() => queries.CountAsync(new CountRequest(), TimeSpan.FromMilliseconds(500), Cancellation));
    }
}
