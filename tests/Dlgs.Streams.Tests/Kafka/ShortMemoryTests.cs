using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Memory;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>While memory is short a lane goes on with the calls that it has, in smaller steps, and what is new waits.</summary>
public sealed class ShortMemoryTests
{
    private const long Little = 100 * ScriptedMemory.MiB;
    private const long Much = 800 * ScriptedMemory.MiB;
    private static readonly string[] Calls = [.. Enumerable.Range(0, 60).Select(i => $"call-{i}@test")];

    [Fact]
    public async Task Calls_begin_end_and_expire_above_the_limit_in_transactions_of_a_tenth_and_below_it_all_is_as_before()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync(
            settings: [("records_per_transaction", "50"), ("expiries_per_transaction", "50"), ("commit_interval_ms", "1000"), ("init_lifetime", "5")]);
        await service.WaitForActiveAsync();
        var largest = 0;
        service.Script.Fate = to =>
        {
            largest = Math.Max(largest, to.Count(t => t.Topic == service.Topics.DialogChanges));
            return CommitFate.Done;
        };

        service.HoldMemory(Much);
        service.Publish([.. Calls.Select(Sip.Invite)]);
        service.Publish([.. Calls[..40].Select(call => Sip.Reply(call, 200))]);
        service.Publish([.. Calls[..40].Select(call => Sip.Message(call, "BYE", toTag: "b", cseq: 2))]);
        var changes = await service.ChangesAsync(60 + 40 + 40 + 20);
        Assert.Equal(40, changes.Count(change => change is { State: DialogState.Terminated, EndReason: EndReason.Bye }));
        Assert.Equal(20, changes.Count(change => change is { State: DialogState.NotAnswered, EndReason: EndReason.Expired }));
        // Five records, and before each of them five deadlines.
        Assert.InRange(largest, 1, 10);

        service.HoldMemory(Little);
        service.Publish([.. Calls.Select(call => Sip.Invite($"later-{call}"))]);
        await EmbeddedCluster.Eventually(() => largest > 10, "a transaction as large as before");
    }

    [Fact]
    public async Task Partitions_that_come_above_the_limit_wait_and_below_it_are_taken_over()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync(memoryHeld: Much);
        await EmbeddedCluster.Eventually(() => service.Log.With("waits to be taken over").Length > 0, "the partitions to wait");
        Assert.Contains("holds 800MiB, and its memory_limit is 768MiB", service.Log.With("waits to be taken over")[0], StringComparison.Ordinal);
        service.HoldMemory(Little);
        await service.WaitForActiveAsync();
    }
}
