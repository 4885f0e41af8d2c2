using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests;

/// <summary>A List, and from its position a Watch: together they know all that happens, whatever becomes of the instances.</summary>
public sealed class WatchTests(KafkaCluster kafka)
{
    private static readonly PartitionRegistry Partitions = new(TimeSpan.Zero, TimeProvider.System) { PartitionCount = RecordedTraffic.Partitions };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task List_then_Watch_loses_nothing_over_moved_partitions_and_kills()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var instances = new Instances(traffic, RecordedTraffic.ShortSession);
        await instances.Start("one").WaitForActiveAsync(RecordedTraffic.Partitions);
        using var paced = traffic.ReplayPaced();
        await traffic.WaitForChangesAsync(500);
        var (listed, position) = await ListAsync(instances.Running[0].Address);
        await using var follower = new ChangeFollower(position, () => [.. instances.Running.Select(instance => instance.Address)]);
        await instances.Start("two").WaitForActiveAsync(RecordedTraffic.Partitions / 4);
        await FollowsOnAsync(follower, instances);
        instances.Kill("one");
        await instances.Running[0].WaitForActiveAsync(RecordedTraffic.Partitions);
        await FollowsOnAsync(follower, instances);
        await instances.Start("one").WaitForActiveAsync(RecordedTraffic.Partitions / 4);
        instances.Kill("two");
        await FollowsOnAsync(follower, instances);
        await paced.InterruptAsync();
        await instances.Running[0].WaitForActiveAsync(RecordedTraffic.Partitions);
        var expected = After(traffic.ReadCommitted(), listed, position);
        Assert.True(expected.Length > 1_000, $"only {expected.Length} changes came after the list");
        await Eventually.IsTrueAsync(() => Missing().Length == 0, Patience,
            () => $"{Missing().Length} of {expected.Length}, after {follower.Breaks} breaks: {string.Join(", ", Missing().Take(5))}");
        Assert.True(follower.Breaks >= 2, "both kills were to break a stream");
        AssertInOrder(follower.Changes);

        string[] Missing() => [.. expected.Except(follower.Changes.Select(change => change.EventId))];
    }

    /// <summary>Of a dialog in the list all that is newer; of another all that the position does not include.</summary>
    private static string[] After(List<DialogChange> committed, Dictionary<string, uint> listed, ByteString position)
    {
        var next = PositionTokens.Read(position, Partitions, "position").ToDictionary(p => p.Partition, p => p.NextOffset);
        return [.. committed
            .Where(change => listed.TryGetValue(DialogOf(change), out var sequence) ? change.Sequence > sequence : IsAfter(change.Cause))
            .Select(change => change.EventId)];

        bool IsAfter(Cause cause) => cause.Offset >= next[cause.Partition];
    }

    /// <summary>What comes again came before.</summary>
    private static void AssertInOrder(IEnumerable<DialogChange> changes)
    {
        foreach (var dialog in changes.DistinctBy(change => change.EventId).GroupBy(DialogOf))
            Assert.Equal(Enumerable.Range((int)dialog.First().Sequence, dialog.Count()).Select(i => (uint)i), dialog.Select(change => change.Sequence));
    }

    /// <summary>"{partition}/{offset}/{dialog}/{sequence}": a dialog's id has two slashes.</summary>
    private static string DialogOf(DialogChange change) => string.Join('/', change.EventId.Split('/')[2..5]);

    private static async Task FollowsOnAsync(ChangeFollower follower, Instances instances)
    {
        var before = follower.Changes.Count;
        await Eventually.IsTrueAsync(
            () => follower.Changes.Count > before + 100 || follower.Refused is not null, Patience, () => $"changes to come, of {instances.Output}");
        Assert.Null(follower.Refused);
    }

    [Fact]
    public async Task Deleted_changes_end_a_watch_aloud_and_a_new_list_can_be_gone_on_from()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        var (_, before) = await ListAsync(service.Address);
        using var replay = traffic.Replay();
        Assert.True(await replay.WaitForExitAsync() == 0, replay.Output);
        await Eventually.IsTrueAsync(() => IsAllCommitted(service.Address), Patience, () => $"all to be processed, of {service.Output}");
        await traffic.DeleteChangesAsync();
        await using var late = new ChangeFollower(before, () => [service.Address]);
        await Eventually.IsTrueAsync(() => late.Refused is not null, Patience, () => $"a refusal; {late.Changes.Count} changes came");
        Assert.Equal(StatusCode.OutOfRange, late.Refused!.Value.StatusCode);
        using var more = traffic.ReplayPaced();
        while (!await IsFollowedAsync(service)) { }
    }

    /// <summary>
    /// From a new list. Where its partition went on before the watch began, and has no change yet that is older than the list, it is told to begin anew
    /// once more.
    /// </summary>
    private static async Task<bool> IsFollowedAsync(DlgsProcess service)
    {
        var (_, position) = await ListAsync(service.Address);
        await using var follower = new ChangeFollower(position, () => [service.Address]);
        await Eventually.IsTrueAsync(() => follower.Changes.Count > 100 || follower.Refused is not null, Patience, () => $"changes, of {service.Output}");
        if (follower.Refused is null) return true;
        Assert.Equal(StatusCode.OutOfRange, follower.Refused.Value.StatusCode);
        return false;
    }

    private static bool IsAllCommitted(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var count = new DialogQuery.DialogQueryClient(channel).Count(new CountRequest { Demand = new Demand { Partitions = true } });
        return count.Coverage.Complete && count.Coverage.Partitions.All(p => p.Lag == 0 && p.ProcessedOffset > 0 && p.ProcessedOffset == p.CommittedOffset);
    }

    /// <summary>Of all partitions. Some of them may be moving from one lane to the other.</summary>
    private static async Task<(Dictionary<string, uint> Sequences, ByteString Position)> ListAsync(string address)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await ListOnceAsync(address);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<(Dictionary<string, uint> Sequences, ByteString Position)> ListOnceAsync(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new DialogQuery.DialogQueryClient(channel);
        var sequences = new Dictionary<string, uint>();
        var request = new ListRequest { Demand = new Demand { Complete = true } };
        ByteString? position = null;
        do
        {
            var page = await client.ListAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            position ??= page.Coverage.Position;
            foreach (var dialog in page.Dialogs) sequences[dialog.Id] = dialog.Sequence;
            request.PageToken = page.NextPageToken;
        } while (request.PageToken.Length > 0);
        return (sequences, position);
    }
}
