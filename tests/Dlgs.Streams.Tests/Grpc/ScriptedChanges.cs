using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;
using DialogChange = Dlgs.Streams.Contracts.V1.DialogChange;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Commits what the test says, to all who follow.</summary>
internal sealed class ScriptedChanges(PartitionRegistry registry) : ICommittedChanges
{
    private readonly Lock writing = new();
    private readonly List<DialogChange> committed = [];
    private int following;
    private int taken;

    /// <summary>What comes of the next who would follow.</summary>
    public ChangesException? Fault { get; set; }

    /// <summary>Those who follow now.</summary>
    public int Following => Volatile.Read(ref following);

    /// <summary>Changes that all of them have asked for.</summary>
    public int Taken => Volatile.Read(ref taken);

    public void Commit(params DialogChange[] changes)
    {
        lock (writing) committed.AddRange(changes);
    }

    public IChangeFeed Follow(IReadOnlyCollection<PartitionPosition> positions)
    {
        if (Fault is { } fault) throw fault;
        lock (writing)
        {
            var known = positions.ToDictionary(position => position.Partition);
            var start = Enumerable.Range(0, registry.PartitionCount).Select(partition => known.GetValueOrDefault(partition, EndOf(partition)));
            Interlocked.Increment(ref following);
            return new Feed(this, [.. start]);
        }
    }

    private PartitionPosition EndOf(int partition)
    {
        var causes = committed.Where(change => change.Cause.Partition == partition).Select(change => change.Cause.Offset);
        return new PartitionPosition(partition, causes.DefaultIfEmpty(-1).Max() + 1, LogTime.Start);
    }

    private DialogChange? Find(int at)
    {
        lock (writing) return at < committed.Count ? committed[at] : null;
    }

    private sealed class Feed(ScriptedChanges script, PartitionPosition[] start) : IChangeFeed
    {
        private readonly PartitionPosition[] positions = [.. start];
        private int next;

        public IReadOnlyList<PartitionPosition> Positions => positions;

        public DialogChange? Next(TimeSpan timeout)
        {
            while (script.Find(next) is { } change)
            {
                next++;
                if (!start[change.Cause.Partition].IsBefore(change.Cause.Offset, change.LogTimeOf())) continue;
                positions[change.Cause.Partition] = new PartitionPosition(change.Cause.Partition, change.Cause.Offset, change.LogTimeOf());
                Interlocked.Increment(ref script.taken);
                return change;
            }
            // As a consumer blocks; a short while, for the test's sake.
            if (timeout > TimeSpan.Zero) TestContext.Current.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1));
            return null;
        }

        public void Dispose() => Interlocked.Decrement(ref script.following);
    }
}
