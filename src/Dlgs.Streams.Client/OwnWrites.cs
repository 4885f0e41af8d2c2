using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>What was written, as reads demand it: in each partition the last position, for a minute. Thread-safe.</summary>
internal sealed class OwnWrites(TimeProvider time)
{
    /// <summary>Longer than a partition is without an owner when one dies: until then another may be behind what the one before has answered.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock changing = new();
    private readonly Dictionary<int, (long Offset, long At)> last = [];

    public void Add(params IEnumerable<Position> positions)
    {
        lock (changing)
            foreach (var position in positions)
                if (!last.TryGetValue(position.Partition, out var before) || before.Offset <= position.Offset)
                    last[position.Partition] = (position.Offset, time.GetTimestamp());
    }

    /// <summary>The demand with what was written, if it has that not yet; null: nothing has to be added to it.</summary>
    public Demand? AddedTo(Demand? demand)
    {
        Demand? added = null;
        lock (changing)
        {
            foreach (var (partition, write) in last)
                if (time.GetElapsedTime(write.At) >= Lifetime) last.Remove(partition);
            foreach (var (partition, (offset, _)) in last)
            {
                if (demand?.Positions.Any(position => position.Partition == partition && position.Offset >= offset) == true) continue;
                added ??= demand?.Clone() ?? new Demand();
                if (added.Positions.FirstOrDefault(position => position.Partition == partition) is { } lower) lower.Offset = offset;
                else added.Positions.Add(new Position { Partition = partition, Offset = offset });
            }
        }
        return added;
    }

    public void Forget()
    {
        lock (changing) last.Clear();
    }
}
