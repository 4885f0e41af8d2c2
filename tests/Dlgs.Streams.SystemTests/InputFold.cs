using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Cause = Dlgs.Streams.Core.Dialogs.Cause;
using Change = Dlgs.Streams.Contracts.V1.DialogChange;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// Every output is a function of the input log. So it is folded again, by one thread that never dies, restores or aborts, up to where the
/// service got: changes, settled calls, stores and positions have to be the same, byte for byte and in the same order, whatever the service
/// went through. Every kill, restore, rebalance and abort is held to this.
/// </summary>
internal sealed class InputFold : IDisposable
{
    private readonly ServiceMeter metrics = new();
    private readonly EventFold fold;

    private readonly Lifetimes lifetimes;

    private InputFold(Lifetimes lifetimes) => (this.lifetimes, fold) = (lifetimes, new EventFold(new FieldLimits(), new ProxyClocks(metrics)));

    public void Dispose() => metrics.Dispose();

    /// <summary>The services have ended, and had these lifetimes, or the defaults. Returns how many changes were compared.</summary>
    public static int Check(string servers, string prefix, Lifetimes? lifetimes = null)
    {
        var topics = new Topics(prefix);
        // At once: what takes time is the brokers' answers.
        var read = new[] { topics.SipEvents, topics.DialogChanges, topics.Calls, topics.DialogStore }
            .AsParallel().AsOrdered().Select(topic => OutputTopics.ReadToEnd(servers, topic)).ToArray();
        var input = read[0].ToLookup(r => r.Partition.Value);
        var changes = read[1].ToLookup(r => r.Partition.Value, r => Change.Parser.ParseFrom(r.Message.Value));
        var calls = read[2].ToLookup(r => r.Partition.Value, r => Change.Parser.ParseFrom(r.Message.Value));
        var stores = read[3].ToLookup(r => r.Partition.Value);
        using var oracle = new InputFold(lifetimes ?? new Lifetimes());
        foreach (var partition in input)
        {
            var store = Latest(stores[partition.Key]);
            Assert.True(store.Remove("", out var bytes), $"The store of partition {partition.Key} says nothing of its position.");
            var resume = PartitionRecord.Parser.ParseFrom(Convert.FromHexString(bytes));
            var folded = oracle.Fold(partition.Key, resume, partition.Where(r => r.Offset.Value < resume.NextOffset), store);
            Assert.Equal(folded.Changes, changes[partition.Key]);
            Assert.Equal(folded.Changes.Where(c => c.Settled), calls[partition.Key]);
            Assert.Equal(folded.LogTimeMicros, resume.LogTimeUs);
            Assert.Equal(folded.Calls.OrderBy(c => c.Key, StringComparer.Ordinal), store.OrderBy(c => c.Key, StringComparer.Ordinal));
        }
        return changes.Sum(partition => partition.Count());
    }

    private sealed record Folded(List<Change> Changes, Dictionary<string, string> Calls, long LogTimeMicros);

    private Folded Fold(int partition, PartitionRecord resume, IEnumerable<ConsumeResult<byte[], byte[]>> log, Dictionary<string, string> stored)
    {
        var store = new DialogStore(partition, lifetimes);
        var (changes, calls) = (new List<Change>(), new Dictionary<string, string>());
        foreach (var record in log)
        {
            Step(store, resume.PartitionCount, record);
            Commit();
        }
        // It may have ended in the middle of a record's deadlines, which were spread over transactions, by time and then Call-ID: all that were
        // due before have fired, and of those due in that microsecond the first.
        var (end, cause) = (new LogTime(resume.LogTimeUs), new Cause(partition, resume.NextOffset));
        if (store.LogTime < end)
        {
            store.Advance(new LogTime(resume.LogTimeUs - 1), cause);
            Commit();
        }
        for (var isOver = false; !isOver;)
        {
            isOver = store.Advance(end, cause, limit: 1);
            if (!store.Touched.All(IsStored)) break;
            Commit();
        }
        return new Folded(changes, calls, store.LogTime.Micros);

        void Commit()
        {
            changes.AddRange(store.Changes.Select(c => c.ToRecord()));
            foreach (var touched in store.Touched) Put(calls, touched.CallId.ToArray(), touched.Record);
            store.Commit();
        }

        bool IsStored(TouchedCall touched) =>
            stored.GetValueOrDefault(Encoding.UTF8.GetString(touched.CallId.Span)) == (touched.Record is null ? null : Convert.ToHexString(touched.Record));
    }

    private void Step(DialogStore store, int partitions, ConsumeResult<byte[], byte[]> record)
    {
        var cause = new Cause(store.Partition, record.Offset.Value);
        // A producer's own time moves no clock.
        var isAppendTime = record.Message.Timestamp.Type == TimestampType.LogAppendTime;
        store.Advance(isAppendTime ? new LogTime(record.Message.Timestamp.UnixTimestampMs * 1000) : store.LogTime, cause);
        fold.Apply(store, record.Message.Value, record.Message.Value is null, partitions, cause);
    }

    /// <summary>As compaction leaves it: the last record of each key, and of a tombstone nothing. In hex, which compares and prints.</summary>
    private static Dictionary<string, string> Latest(IEnumerable<ConsumeResult<byte[], byte[]>> log)
    {
        var latest = new Dictionary<string, string>();
        foreach (var record in log) Put(latest, record.Message.Key, record.Message.Value);
        return latest;
    }

    private static void Put(Dictionary<string, string> records, byte[] key, byte[]? value)
    {
        if (value is null) records.Remove(Encoding.UTF8.GetString(key));
        else records[Encoding.UTF8.GetString(key)] = Convert.ToHexString(value);
    }
}
