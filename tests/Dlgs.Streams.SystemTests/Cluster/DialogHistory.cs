using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Cause = Dlgs.Streams.Core.Dialogs.Cause;
using Dialog = Dlgs.Streams.Contracts.V1.Dialog;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>A time in the life of one partition: between the position that an answer states and where the log ended when the answer had come.</summary>
internal readonly record struct Span(long From, long To);

/// <summary>
/// What every dialog that was up was, and when, by the input log alone: folded by one thread, and looked at call by call, so that no index and no counter
/// of the service has a part in it. A scan looks at one dialog after the other while the partition goes on: what it counts lies between those that match all
/// the time and those that match some time.
/// </summary>
internal sealed class DialogHistory
{
    /// <summary>A dialog from a step on; null: it is over. A record has two: the deadlines that its log time passes, and what it says.</summary>
    private sealed record Version(long Step, Dialog? Dialog);

    /// <summary>By partition, Call-ID and id.</summary>
    private readonly Dictionary<int, Dictionary<string, Dictionary<string, List<Version>>>> calls = [];
    private readonly Dictionary<int, List<(long Step, FinalCounts Sum)>> finals = [];

    public static DialogHistory Read(string servers, Topics topics, int partitions)
    {
        using var metrics = new ServiceMeter();
        var fold = new EventFold(new FieldLimits(), new ProxyClocks(metrics));
        var history = new DialogHistory();
        foreach (var log in OutputTopics.ReadToEnd(servers, topics.SipEvents).GroupBy(record => record.Partition.Value))
            history.Fold(new DialogStore(log.Key, new Lifetimes()), fold, partitions, log);
        return history;
    }

    /// <summary>How many match all the time, and how many some time.</summary>
    public (long Least, long Most) Count(IReadOnlyDictionary<int, Span> spans, Func<Dialog, bool> matches)
    {
        var (least, most) = (0L, 0L);
        foreach (var versions in Within(spans))
        {
            if (versions.All(version => version is not null && matches(version))) least++;
            if (versions.Any(version => version is not null && matches(version))) most++;
        }
        return (least, most);
    }

    /// <summary>What each dialog was in that time; null among them: it was not up for a part of it.</summary>
    public IEnumerable<List<Dialog?>> Within(IReadOnlyDictionary<int, Span> spans) =>
        spans.SelectMany(span => calls.GetValueOrDefault(span.Key, []).Values
            .SelectMany(call => call.Values.Select(versions => Within(versions, span.Value))));

    /// <summary>What had settled at the beginning, and at the end: it only grows.</summary>
    public (FinalCounts Least, FinalCounts Most) Settled(IReadOnlyDictionary<int, Span> spans) =>
        (spans.Aggregate(default(FinalCounts), (sum, span) => sum + SettledBy(span.Key, span.Value.From)),
            spans.Aggregate(default(FinalCounts), (sum, span) => sum + SettledBy(span.Key, span.Value.To)));

    private FinalCounts SettledBy(int partition, long offset) =>
        finals.GetValueOrDefault(partition, []).LastOrDefault(final => final.Step <= 2 * offset).Sum;

    private static List<Dialog?> Within(List<Version> versions, Span span)
    {
        var first = versions.FindLastIndex(version => version.Step <= 2 * span.From);
        var within = versions.Skip(Math.Max(first, 0)).TakeWhile(version => version.Step <= 2 * span.To).Select(version => version.Dialog).ToList();
        if (first < 0) within.Insert(0, null);
        return within;
    }

    private void Fold(DialogStore store, EventFold fold, int partitions, IEnumerable<ConsumeResult<byte[], byte[]>> log)
    {
        calls[store.Partition] = [];
        finals[store.Partition] = [];
        foreach (var record in log)
        {
            var cause = new Cause(store.Partition, record.Offset.Value);
            store.Advance(new LogTime(record.Message.Timestamp.UnixTimestampMs * 1000), cause);
            Note(store, 2 * record.Offset.Value + 1);
            fold.Apply(store, record.Message.Value, record.Message.Value is null, partitions, cause);
            Note(store, 2 * record.Offset.Value + 2);
        }
    }

    private void Note(DialogStore store, long step)
    {
        foreach (var touched in store.Touched)
        {
            var callId = Encoding.UTF8.GetString(touched.CallId.Span);
            if (!calls[store.Partition].TryGetValue(callId, out var call)) calls[store.Partition].Add(callId, call = []);
            var up = store.Find(touched.CallId.Span).Where(dialog => !dialog.State.IsFinished()).Select(dialog => dialog.ToRecord())
                .ToDictionary(dialog => dialog.Id);
            foreach (var id in call.Keys.Union(up.Keys).ToArray())
            {
                if (!call.TryGetValue(id, out var versions)) call.Add(id, versions = []);
                versions.Add(new Version(step, up.GetValueOrDefault(id)));
            }
        }
        var sum = finals[store.Partition] is [.., var last] ? last.Sum : default;
        finals[store.Partition].Add((step, sum + store.FirstSettled));
        store.Commit();
    }
}
