using Confluent.Kafka;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Fenced by the group: by another process of the same name, or by the lane's own former self after an outage longer than the session.</summary>
public sealed class FencedInstanceTests
{
    private static readonly KafkaException Fenced =
        new(new Error(ErrorCode.FencedInstanceId, "Broker: Static consumer fenced by other consumer with same group.instance.id"));

    [Fact]
    public async Task Lane_that_was_in_touch_until_now_has_a_double_and_refuses_to_go_on()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        // Its first commit is the proof that the group had it.
        await EmbeddedCluster.Eventually(() => !service.Script.Committed.IsEmpty, "a commit");
        service.Script.InsideConsume(() => true, _ => throw Fenced);
        await EmbeddedCluster.Eventually(() => service.Stopped.IsCancellationRequested, "the service to stop");
        Assert.Single(service.Log.With("another process runs as instance"));
        Assert.Equal(1, service.Script.InputsOpened);
    }

    [Fact]
    public async Task Lane_that_was_out_of_touch_starts_anew()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.InsideConsume(() => true, _ => throw Fenced));
        await service.WaitForActiveAsync();
        Assert.Equal(2, service.Script.InputsOpened);
        Assert.Empty(service.Log.With("another process runs as instance"));
        Assert.False(service.Stopped.IsCancellationRequested);
        Assert.All(service.Registry.Views, view => Assert.Equal(PartitionPhase.Active, view.Phase));
    }
}
