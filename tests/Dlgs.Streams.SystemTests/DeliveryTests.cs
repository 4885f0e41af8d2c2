using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Recordings;

namespace Dlgs.Streams.SystemTests;

/// <summary>In, through a real Kafka, and out: every call right, every change exactly once, whatever happens to the service.</summary>
public sealed class DeliveryTests(KafkaCluster kafka)
{
    private const int Partitions = 12;

    private static readonly string[] Recordings = [.. Judge.Names("")];

    [Fact]
    public async Task Every_recorded_call_comes_out_right()
    {
        var (servers, prefix) = (kafka.Require(), NewPrefix());
        using var service = Serve(servers, prefix, "one");
        await service.WaitForActiveAsync(Partitions);
        await ReplayAsync(servers, prefix, Recordings);
        await CheckAsync(servers, prefix, Recordings);
    }

    [Fact]
    public async Task Kill_in_the_middle_loses_nothing_and_repeats_nothing()
    {
        var (servers, prefix) = (kafka.Require(), NewPrefix());
        var service = Serve(servers, prefix, "one");
        try
        {
            await service.WaitForActiveAsync(Partitions);
            using var replay = DlgsProcess.Replay(servers, prefix, Recordings.Select(Judge.FileOf));
            for (var kill = 1; kill <= 3; kill++)
            {
                await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count >= kill * 2_000);
                service.Kill();
                service.Dispose();
                service = Serve(servers, prefix, "one");
            }
            Assert.Equal(0, await replay.WaitForExitAsync());
            await CheckAsync(servers, prefix, Recordings);
        }
        finally
        {
            service.Dispose();
        }
    }

    [Fact]
    public async Task Second_instance_takes_its_share_under_traffic_and_restores_it()
    {
        var (servers, prefix) = (kafka.Require(), NewPrefix());
        using var first = Serve(servers, prefix, "one");
        await first.WaitForActiveAsync(Partitions);
        using var replay = DlgsProcess.Replay(servers, prefix, Recordings.Select(Judge.FileOf));
        await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count >= 2_000);
        using var second = Serve(servers, prefix, "two");
        await second.WaitForActiveAsync(Partitions / 4);
        Assert.Equal(0, await replay.WaitForExitAsync());
        await CheckAsync(servers, prefix, Recordings);
    }

    private static DlgsProcess Serve(string servers, string prefix, string instance) =>
        DlgsProcess.Serve(servers, prefix, instance, lanes: 2, "--partitions", $"{Partitions}");

    private static string NewPrefix() => $"t{Guid.NewGuid():N}.";

    private static async Task ReplayAsync(string servers, string prefix, IEnumerable<string> names)
    {
        using var replay = DlgsProcess.Replay(servers, prefix, names.Select(Judge.FileOf));
        Assert.True(await replay.WaitForExitAsync() == 0, replay.Output);
    }

    /// <summary>Waits until every call is right, then looks at the whole topic: gapless sequences, no event twice.</summary>
    private static async Task CheckAsync(string servers, string prefix, string[] names)
    {
        var changes = await OutputTopics.ReadChangesAsync(servers, prefix, changes => Faults(changes, names).Count == 0);
        foreach (var dialog in changes.GroupBy(c => (c.CallId, c.FromTag, c.SinceCseq)))
            Assert.Equal(Enumerable.Range(1, dialog.Count()).Select(i => (uint)i), dialog.Select(c => c.Sequence));
        Assert.Equal(changes.Count, changes.Select(c => c.EventId).Distinct().Count());
    }

    private static List<string> Faults(List<DialogChange> changes, string[] names)
    {
        var dialogs = changes.Select(c => new Dialog
        {
            CallId = c.CallId, FromTag = c.FromTag, SinceCseq = c.SinceCseq, State = c.State, EndReason = c.EndReason, SipStatus = c.SipStatus,
            EndedBy = c.EndedBy, AnswerTime = c.AnswerTime, FinishTime = c.FinishTime,
        }).ToArray();
        return [.. names.SelectMany(name => Judge.Faults(name, dialogs, out _))];
    }
}
