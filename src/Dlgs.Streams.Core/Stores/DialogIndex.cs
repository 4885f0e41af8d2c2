using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>A distinct value of src, dst or data among ongoing dialogs, with the number of those that have it. One writer.</summary>
internal sealed class FieldValue(byte[] text, uint hash)
{
    public readonly byte[] Text = text;
    public readonly uint Hash = hash;
    public int Slot;
    public int Src;
    public int Dst;
    public int Data;
    /// <summary>Dialogs in which at least one field has it.</summary>
    public int Any;
    /// <summary>Dialogs in which all three have it.</summary>
    public int All;
    public bool IsUnused => Any == 0;
}

/// <summary>One ongoing dialog: what counts need of it.</summary>
internal struct DialogRow
{
    /// <summary>Null: the row is free.</summary>
    public FieldValue? Src;
    public FieldValue Dst;
    public FieldValue Data;
    public FieldValue[]? Tags;
    public DialogState State;
    /// <summary>The Call's next row + 1; 0: none.</summary>
    public int Next;
}

/// <summary>
/// Ongoing dialogs by field value, tag and state: the exact shadow of the stored Calls. One writer; readers count in O(1), or walk the rows
/// a chunk at a time under its lock.
/// </summary>
internal sealed class DialogIndex
{
    private readonly FieldValues values = new();
    private readonly FieldValues tagValues = new();
    private readonly ChunkedArray<DialogRow> rows = new();
    private readonly Stack<int> freeRows = new();
    private readonly Lock[] locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly int[] states = new int[7];
    private readonly TagSet tagSet = new();
    private readonly Groups invites = new();
    private int usedRows;
    private int ongoing;

    /// <summary>Number of ongoing dialogs.</summary>
    public int Ongoing => Volatile.Read(ref ongoing);

    public int CountOf(DialogState state) => Volatile.Read(ref states[(int)state]);

    public FieldValue? Find(ReadOnlySpan<byte> value) => values.Find(value);

    public int CountTagged(ReadOnlySpan<byte> tag) => tagValues.Find(tag)?.Any ?? 0;

    /// <summary>The distinct values; a walk while the writer goes on may miss what comes or see what goes.</summary>
    public IEnumerable<FieldValue> Values => values.All;

    /// <summary>Walks the rows; the writer waits for a chunk at the most.</summary>
    public long CountRows<TPredicate>(TPredicate matches) where TPredicate : struct, IRowPredicate
    {
        long count = 0;
        var end = Volatile.Read(ref usedRows);
        for (var start = 0; start < end; start += ChunkedArray<DialogRow>.ChunkSize)
        {
            lock (LockOf(start))
                for (var i = start; i < Math.Min(end, start + ChunkedArray<DialogRow>.ChunkSize); i++)
                    if (rows[i].Src is not null && matches.Matches(rows[i])) count++;
        }
        return count;
    }

    /// <summary>Replaces the rows of one Call by those of its record; <paramref name="first"/> as <see cref="CallSlot.FirstRow"/>.</summary>
    public void Replace(ref int first, Call? call)
    {
        var row = first;
        var next = 0;
        if (call is not null) invites.Begin(call);
        if (call is not null)
            for (var i = 0; i < call.Reports.Count; i++)
                if (call.Reports[i].State.IsOngoing()) next = Put(TakeRow(ref row), call, call.Reports[i], next);
        while (row != 0)
        {
            var following = rows[row - 1].Next;
            Clear(row - 1);
            row = following;
        }
        first = next;
    }

    /// <summary>Reuses a row of the Call, or else a free one.</summary>
    private int TakeRow(ref int chain)
    {
        if (chain != 0)
        {
            var row = chain - 1;
            chain = rows[row].Next;
            return row;
        }
        if (freeRows.TryPop(out var free)) return free;
        rows.EnsureCapacity(usedRows + 1);
        Volatile.Write(ref usedRows, usedRows + 1);
        return usedRows - 1;
    }

    private int Put(int i, Call call, in Report report, int next)
    {
        var attributes = Attributes.Find(call, report, invites);
        ref var row = ref rows[i];
        var src = Intern(row.Src, call.Texts[attributes.Src]);
        var dst = Intern(row.Dst, call.Texts[attributes.Dst]);
        var data = Intern(row.Data, call.Texts[attributes.Data]);
        if (row.Src != src || row.Dst != dst || row.Data != data)
        {
            // The new before the old: a reader in between may count one dialog twice, never none.
            Count(src, dst, data, +1);
            var (oldSrc, oldDst, oldData) = (row.Src, row.Dst, row.Data);
            lock (LockOf(i)) (row.Src, row.Dst, row.Data) = (src, dst, data);
            if (oldSrc is null) Volatile.Write(ref ongoing, ongoing + 1);
            else Release(oldSrc, oldDst, oldData);
        }
        if (row.State != report.State)
        {
            states[(int)report.State]++;
            if (row.State != DialogState.None) states[(int)row.State]--;
            row.State = report.State;
        }
        if (call.Tags.Count > 0 || row.Tags is not null) PutTags(ref row, call, report);
        row.Next = next;
        return i + 1;
    }

    /// <summary>The value that the row has already, as a rule: attributes hardly ever move.</summary>
    private FieldValue Intern(FieldValue? had, ReadOnlySpan<byte> text) => had is not null && text.SequenceEqual(had.Text) ? had : values.Intern(text);

    private void PutTags(ref DialogRow row, Call call, in Report report)
    {
        tagSet.Find(call, report);
        var tags = tagSet.Count == 0 ? null : new FieldValue[tagSet.Count];
        for (var i = 0; i < tagSet.Count; i++)
        {
            tags![i] = tagValues.Intern(call.Texts[tagSet.Span[i]]);
            tags[i].Any++;
        }
        ReleaseTags(row.Tags);
        row.Tags = tags;
    }

    private void ReleaseTags(FieldValue[]? tags)
    {
        foreach (var tag in tags ?? [])
        {
            tag.Any--;
            tagValues.ReleaseIfUnused(tag);
        }
    }

    private void Clear(int i)
    {
        ref var row = ref rows[i];
        var old = row;
        lock (LockOf(i)) row = default;
        Volatile.Write(ref ongoing, ongoing - 1);
        states[(int)old.State]--;
        Release(old.Src!, old.Dst, old.Data);
        ReleaseTags(old.Tags);
        freeRows.Push(i);
    }

    private static void Count(FieldValue src, FieldValue dst, FieldValue data, int by)
    {
        src.Src += by;
        dst.Dst += by;
        data.Data += by;
        src.Any += by;
        if (dst != src) dst.Any += by;
        if (data != src && data != dst) data.Any += by;
        if (src == dst && src == data) src.All += by;
    }

    private void Release(FieldValue src, FieldValue dst, FieldValue data)
    {
        Count(src, dst, data, -1);
        values.ReleaseIfUnused(src);
        if (dst != src) values.ReleaseIfUnused(dst);
        if (data != src && data != dst) values.ReleaseIfUnused(data);
    }

    private Lock LockOf(int row) => locks[row / ChunkedArray<DialogRow>.ChunkSize % locks.Length];
}

/// <summary>What a walk over the rows counts.</summary>
internal interface IRowPredicate
{
    bool Matches(in DialogRow row);
}
