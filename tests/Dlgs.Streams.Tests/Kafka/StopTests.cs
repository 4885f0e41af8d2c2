using Confluent.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A service that is told to end: what it committed, what it says of the rest, and that nothing that fails on the way keeps it.</summary>
public sealed class StopTests
{
    private static readonly KafkaException Failure = new(new Error(ErrorCode.Local_Transport, "The script's broker is gone"));

    [Fact]
    public async Task All_that_was_processed_is_committed_and_nothing_is_said()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        service.Publish(Sip.Invite("call@test"));
        await EmbeddedCluster.Eventually(() => service.Registry.Views.Any(view => view.ProcessedOffset > 0), "the record to be processed");
        var processed = service.Registry.Views.ToDictionary(view => view.Partition, view => view.ProcessedOffset);
        await service.StopAsync();
        foreach (var (partition, offset) in processed) Assert.Equal(offset, service.Script.CommittedOf(partition));
        Assert.True(service.Lanes.IsHandedOver);
        Assert.Empty(service.Log.With("was not handed over"));
    }

    [Fact]
    public async Task Transaction_whose_end_nobody_knows_is_named_with_its_partitions_and_why()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        var written = -1;
        service.Script.Fate = to =>
        {
            if (to.FirstOrDefault(t => t.Topic == service.Topics.DialogChanges) is not { } change) return CommitFate.Done;
            Volatile.Write(ref written, change.Partition.Value);
            service.Stopped.WaitHandle.WaitOne();
            return CommitFate.RequestLost;
        };
        service.Publish(Sip.Invite("call@test"));
        await EmbeddedCluster.Eventually(() => Volatile.Read(ref written) >= 0, "a transaction with a change");
        await service.StopAsync();
        Assert.False(service.Lanes.IsHandedOver);
        var line = Assert.Single(service.Log.With("was not handed over"));
        Assert.Contains($"[{written}] was not handed over: The script lost it. "
            + "The next owner does again what was not committed; nothing is lost", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_of_the_program_on_the_way_out_keeps_no_service_from_ending_and_has_its_line_without_a_trace()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        var hasBegun = false;
        service.Script.Fate = _ =>
        {
            Volatile.Write(ref hasBegun, true);
            service.Stopped.WaitHandle.WaitOne();
            throw new InvalidOperationException("The script fails");
        };
        service.Publish(Sip.Invite("call@test"));
        await EmbeddedCluster.Eventually(() => Volatile.Read(ref hasBegun), "a transaction");
        await service.StopAsync();
        Assert.EndsWith("was not handed over: InvalidOperationException: The script fails. The next owner does again what was not committed; nothing is lost",
            Assert.Single(service.Log.With("The script fails")), StringComparison.Ordinal);
        Assert.Empty(service.Log.With("starts anew"));
    }

    [Fact]
    public async Task Lane_that_fails_starts_anew_and_says_when_and_why_without_a_trace()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.InsideConsume(() => true, _ => throw Failure));
        await service.WaitForActiveAsync();
        Assert.Equal("Lane 0 failed, and starts anew in 2 s: The script's broker is gone", Assert.Single(service.Log.With("Lane 0 failed")));
        Assert.Equal(2, service.Script.InputsOpened);
    }
}
