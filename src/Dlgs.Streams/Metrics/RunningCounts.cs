using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Dlgs.Streams.Metrics;

/// <summary>A count. Cheap enough for every record, and read only when somebody looks.</summary>
internal sealed class RunningCount
{
    private long count;

    public long Count => Volatile.Read(ref count);

    /// <summary>Returns the count with it.</summary>
    public long Add(long more = 1) => Interlocked.Add(ref count, more);
}

/// <summary>
/// Counts by what the program itself tells apart. What is known from the start is there from the start, at 0: an alert on an increase sees the
/// first one too.
/// </summary>
internal sealed class RunningCounts<TKey>(string[] labels, Func<TKey, string[]> valuesOf) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, RunningCount> counts = new();

    public void Add(TKey key, long more = 1) => counts.GetOrAdd(key, _ => new RunningCount()).Add(more);

    public long Count(TKey key) => counts.TryGetValue(key, out var running) ? running.Count : 0;

    public IEnumerable<Measurement<long>> Measure() =>
        counts.Select(running => new Measurement<long>(running.Value.Count, Label.Pair(labels, valuesOf(running.Key))));
}
