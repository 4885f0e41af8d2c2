using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.SystemTests;

/// <summary>All recordings, some 4,300 calls, through topics of a test's own, and what has to come out of them whatever happened meanwhile.</summary>
internal sealed class RecordedTraffic(string servers)
{
    public const int Partitions = 12;

    private static readonly string[] Recordings = [.. Judge.Names("")];

    /// <summary>Most of the messages, over 124 s.</summary>
    private static readonly string[] Long = ["bulk", "bulk_two_proxies"];

    private readonly string prefix = $"t{Guid.NewGuid():N}.";

    /// <summary>The group gives a member up after 6 s without a word, the least that brokers take.</summary>
    public static readonly string[] ShortSession = ["--config", Path.Combine(AppContext.BaseDirectory, "short-session.json")];

    public Topics Topics => new(prefix);

    public string Prefix => prefix;

    public DlgsProcess Serve(string instance = "one", string[]? more = null, HostsFile? hosts = null) =>
        DlgsProcess.Serve(hosts, servers, prefix, instance, lanes: 2, ["--partitions", $"{Partitions}", .. more ?? []]);

    /// <summary>A transaction has written to the store and not ended. One whose end is under way is over before so many answers came.</summary>
    public bool HasOpenTransaction() => Enumerable.Range(0, 20).All(_ => OutputTopics.HasOpenTransaction(servers, Topics.DialogStore));

    public DlgsProcess Replay() => DlgsProcess.Replay(servers, prefix, Recordings.Select(Judge.FileOf));

    /// <summary>Traffic for as long as faults take, some 370 messages a second for six minutes: calls of its own, held to the fold alone.</summary>
    public DlgsProcess ReplayPaced(string callIdPrefix = "paced-") =>
        DlgsProcess.Replay(servers, prefix, Long.Concat(Long).Select(Judge.FileOf), "0.7", callIdPrefix);

    public Task WaitForChangesAsync(int count) => WaitForChangesAsync(changes => changes.Count >= count);

    public Task WaitForChangesAsync(Func<List<DialogChange>, bool> areEnough, params DlgsProcess[] services) =>
        OutputTopics.ReadChangesAsync(servers, prefix, areEnough, services);

    /// <summary>All changes that are committed now.</summary>
    public List<DialogChange> ReadCommitted() =>
        OutputTopics.ReadToEnd(servers, Topics.DialogChanges).ConvertAll(record => DialogChange.Parser.ParseFrom(record.Message.Value));

    /// <summary>As their retention will.</summary>
    public async Task DeleteChangesAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        var ends = Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Topics.DialogChanges, partition, Offset.End));
        await admin.DeleteRecordsAsync(ends);
    }

    /// <summary>
    /// Waits until every call is as the callers knew it, ends the services, and then looks at the whole topics: sequences without a gap, no
    /// event twice, everything as the input folds.
    /// </summary>
    public async Task CheckAsync(DlgsProcess replay, params DlgsProcess[] services)
    {
        Assert.True(await replay.WaitForExitAsync() == 0, replay.Output);
        var changes = await OutputTopics.ReadChangesAsync(servers, prefix, changes => Faults(changes).Count == 0, services);
        foreach (var dialog in changes.GroupBy(c => (c.CallId, c.FromTag, c.SinceCseq)))
            Assert.Equal(Enumerable.Range(1, dialog.Count()).Select(i => (uint)i), dialog.Select(c => c.Sequence));
        Assert.Equal(changes.Count, changes.Select(c => c.EventId).Distinct().Count());
        foreach (var service in services) await service.StopAsync();
        Assert.True(InputFold.Check(servers, prefix) >= changes.Count);
    }

    private static List<string> Faults(List<DialogChange> changes) => JudgedChanges.Faults(changes, Recordings);
}
