using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// How many ongoing dialogs of one store have each value of a field, or each tag: by the counters, or by a walk over the dialogs of a selection.
/// </summary>
internal sealed class GroupCounts
{
    private readonly ChunkedArray<int> counts;
    private readonly ChunkedArray<ulong> hashes;
    /// <summary>Of a walk: what the slots had when they were counted.</summary>
    private readonly ChunkedArray<byte[]?>? texts;

    private GroupCounts(DialogIndex index, GroupKey by, DialogSelection selection)
    {
        Values = by == GroupKey.Tag ? index.Tags : index.Values;
        (End, counts, hashes) = (Values.End, ColumnOf(Values, by), Values.Hashes);
        if (selection.Conditions.Count == 0 && selection.HasAllOngoing) return;
        (End, counts, hashes, texts) = (0, new ChunkedArray<int>(), new ChunkedArray<ulong>(), new ChunkedArray<byte[]?>());
        var rows = new Rows(this, by, new RowMatch(index, selection));
        index.Walk(ref rows, selection.Pause);
    }

    public FieldValues Values { get; }

    /// <summary>Slots that may have a number: 0 up to here.</summary>
    public int End { get; private set; }

    /// <summary>It was counted by a walk: what its slots have now may be others' values.</summary>
    public bool IsOfAWalk => texts is not null;

    public static GroupCounts Of(DialogIndex index, GroupKey by, DialogSelection selection) => new(index, by, selection);

    /// <summary>The numbers of a chunk of slots; 0: nobody has it.</summary>
    public ReadOnlySpan<int> Chunk(int first) => counts.Chunk(first, End);

    /// <summary>The hashes of their values.</summary>
    public ReadOnlySpan<ulong> Hashes(int first) => hashes.Chunk(first, End);

    /// <summary>A value and its number. False: nobody has it any more.</summary>
    public bool TryRead(int slot, out byte[] text, out int count)
    {
        if (texts is null) return Values.TryRead(slot, counts, out text, out count);
        (text, count) = (texts[slot]!, counts[slot]);
        return true;
    }

    /// <summary>The value of a hash that a slot had; null: it is another's by now, or nobody's.</summary>
    public byte[]? TextOf(int slot, ulong hash)
    {
        if (texts is not null) return texts[slot];
        return Values.TextOf(slot) is { } text && Values.HashOf(slot) == hash && ReferenceEquals(Values.TextOf(slot), text) ? text : null;
    }

    private void Add(int slot)
    {
        // The walk has the row: its values keep their slots. Without it they may be others' from one row to the next.
        if (slot >= End) Extend(slot + 1);
        var text = Values.TextOf(slot);
        if (!ReferenceEquals(texts![slot], text)) (texts[slot], hashes[slot], counts[slot]) = (text, Values.HashOf(slot), 0);
        counts[slot]++;
    }

    private void Extend(int end)
    {
        End = end;
        counts.EnsureCapacity(End);
        hashes.EnsureCapacity(End);
        texts!.EnsureCapacity(End);
    }

    private static ChunkedArray<int> ColumnOf(FieldValues values, GroupKey by) => by switch
    {
        GroupKey.Src => values.Src,
        GroupKey.Dst => values.Dst,
        GroupKey.Data => values.Data,
        GroupKey.Tag => values.Any,
        GroupKey.State => throw new ArgumentOutOfRangeException(nameof(by), by, "States are no values."),
    };

    private readonly struct Rows(GroupCounts counts, GroupKey by, RowMatch match) : IRowVisitor
    {
        public void Visit(in DialogRow row)
        {
            if (!match.Matches(row)) return;
            switch (by)
            {
                case GroupKey.Src: counts.Add(row.Src); break;
                case GroupKey.Dst: counts.Add(row.Dst); break;
                case GroupKey.Data: counts.Add(row.Data); break;
                case GroupKey.Tag: foreach (var tag in row.Tags ?? []) counts.Add(tag); break;
                case GroupKey.State: break;
            }
        }
    }
}
