using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>One ongoing dialog: what counts need of it. Values are named by their slots.</summary>
internal struct DialogRow
{
    public int Src;
    public int Dst;
    public int Data;
    public int[]? Tags;
    /// <summary>None: the row is free.</summary>
    public DialogState State;
    /// <summary>The Call's next row + 1; 0: none.</summary>
    public int Next;
    /// <summary>When it began to count, or before: the micros of a <see cref="LamportTime"/>, or <see cref="Arrivals.Unknown"/>.</summary>
    public long Begun;
    /// <summary>When the youngest dialog of its Call did, or after: as <see cref="Begun"/>.</summary>
    public long Latest;
    /// <summary>Its number among the <see cref="Arrivals"/>.</summary>
    public long Arrival;
}

/// <summary>
/// Ongoing dialogs by field value, tag and state: the exact shadow of the stored Calls. One writer; readers count in O(1), or walk the rows
/// a chunk at a time under its lock. While a reader has it, the slots of its rows keep their values.
/// </summary>
internal sealed class DialogIndex
{
    private readonly ChunkedArray<DialogRow> rows = new();
    private readonly Stack<int> freeRows = new();
    private readonly Lock[] locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly int[] states = new int[7];
    private readonly TagSet tagSet = new();
    private readonly Groups invites = new();
    private int usedRows;
    private int ongoing;

    /// <summary>The values of src, dst and data.</summary>
    public FieldValues Values { get; } = new();

    /// <summary>The operator's tags; they count by <see cref="FieldValues.Any"/>.</summary>
    public FieldValues Tags { get; } = new();

    /// <summary>In which order Calls began to count.</summary>
    public Arrivals Arrivals { get; } = new();

    /// <summary>Number of ongoing dialogs.</summary>
    public int Ongoing => Volatile.Read(ref ongoing);

    public int CountOf(DialogState state) => Volatile.Read(ref states[(int)state]);

    /// <summary>Walks the rows; the writer waits for a chunk at the most. Calls <paramref name="pause"/> between them.</summary>
    public void Walk<TVisitor>(ref TVisitor visitor, Action? pause) where TVisitor : struct, IRowVisitor
    {
        var end = Volatile.Read(ref usedRows);
        for (var start = 0; start < end; start += ChunkedArray<DialogRow>.ChunkSize)
        {
            pause?.Invoke();
            lock (LockOf(start))
                foreach (ref readonly var row in rows.Chunk(start, end))
                    if (row.State != DialogState.None) visitor.Visit(row);
        }
    }

    /// <summary>Visits a row that came, by its number among the <see cref="Arrivals"/>, unless it was given up since.</summary>
    public void Visit<TVisitor>(int i, long arrival, ref TVisitor visitor) where TVisitor : struct, IRowVisitor
    {
        lock (LockOf(i))
            if (rows[i].State != DialogState.None && rows[i].Arrival == arrival) visitor.Visit(rows[i]);
    }

    /// <summary>When the youngest dialog of a row's Call began to count.</summary>
    public long LatestOf(int row) => Volatile.Read(ref rows[row].Latest);

    /// <summary>
    /// Replaces the rows of one Call by those of its record; <paramref name="first"/> as <see cref="CallSlot.FirstRow"/>.
    /// Dialogs that it had not begin now, which is after the log time; null: they began at a time that is not known.
    /// </summary>
    public void Replace(ref int first, Call? call, LogTime? now)
    {
        if (call is not null) invites.Begin(call);
        var latest = first != 0 ? rows[first - 1].Latest : Arrivals.Unknown;
        if (now is not { } logTime || CountOngoing(call) <= CountRows(first)) Replace(ref first, call, Arrivals.Unknown, latest);
        else
            lock (Arrivals.Turn)
            {
                var begun = Arrivals.Next(logTime.Micros);
                Replace(ref first, call, begun, latest: begun);
            }
    }

    /// <summary>
    /// The rows keep their order, the oldest first; so what goes is the youngest, and what stays began no later than its dialog. The Call keeps the time of
    /// its youngest: who counts up to it counts rather too many than too few.
    /// </summary>
    private void Replace(ref int first, Call? call, long begun, long latest)
    {
        var (row, last, begins) = (first, 0, 0);
        foreach (ref readonly var report in ReportsOf(call))
        {
            if (!report.State.IsOngoing()) continue;
            var taken = TakeRow(ref row);
            Put(taken, call!, report, begun);
            rows[taken].Latest = latest;
            if (last == 0) begins = taken + 1;
            else rows[last - 1].Next = taken + 1;
            last = taken + 1;
        }
        if (last != 0) rows[last - 1].Next = 0;
        // Before a row goes: who has read of it looks again.
        Volatile.Write(ref first, begins);
        while (row != 0)
        {
            var following = rows[row - 1].Next;
            Clear(row - 1);
            row = following;
        }
    }

    private static int CountOngoing(Call? call)
    {
        var count = 0;
        foreach (ref readonly var report in ReportsOf(call))
            if (report.State.IsOngoing()) count++;
        return count;
    }

    private static ReadOnlySpan<Report> ReportsOf(Call? call) => call is null ? [] : call.Reports.Span;

    private int CountRows(int first)
    {
        var count = 0;
        for (var row = first; row != 0; row = rows[row - 1].Next) count++;
        return count;
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

    private void Put(int i, Call call, in Report report, long begun)
    {
        var attributes = Attributes.Find(call, report, invites);
        ref var row = ref rows[i];
        var old = row;
        var isNew = old.State == DialogState.None;
        var src = Intern(isNew, old.Src, call.Texts[attributes.Src]);
        var dst = Intern(isNew, old.Dst, call.Texts[attributes.Dst]);
        var data = Intern(isNew, old.Data, call.Texts[attributes.Data]);
        if (old.State != report.State) states[(int)report.State]++;
        if (isNew || old.Src != src || old.Dst != dst || old.Data != data)
        {
            // The new before the old: a reader in between may count one dialog twice, never none.
            Count(src, dst, data, +1);
            lock (LockOf(i))
            {
                (row.Src, row.Dst, row.Data, row.State) = (src, dst, data, report.State);
                if (isNew) (row.Begun, row.Arrival) = (begun, Arrivals.Count);
            }
            if (isNew) Volatile.Write(ref ongoing, ongoing + 1);
            else Release(old);
        }
        else row.State = report.State;
        if (!isNew && old.State != report.State) states[(int)old.State]--;
        if (call.Tags.Count > 0 || row.Tags is not null) PutTags(i, call, report);
        // Last: it is among the arrivals when it counts.
        if (isNew) Arrivals.Add(i);
    }

    /// <summary>The value that the row has already, as a rule: attributes hardly ever move.</summary>
    private int Intern(bool isNew, int had, ReadOnlySpan<byte> text) => !isNew && Values.Has(had, text) ? had : Values.Intern(text);

    private void PutTags(int i, Call call, in Report report)
    {
        tagSet.Find(call, report);
        var tags = tagSet.Count == 0 ? null : new int[tagSet.Count];
        for (var tag = 0; tag < tagSet.Count; tag++)
        {
            tags![tag] = Tags.Intern(call.Texts[tagSet.Span[tag]]);
            Tags.Any[tags[tag]]++;
        }
        var old = rows[i].Tags;
        lock (LockOf(i)) rows[i].Tags = tags;
        ReleaseTags(old);
    }

    private void ReleaseTags(int[]? tags)
    {
        foreach (var tag in tags ?? [])
        {
            Tags.Any[tag]--;
            Tags.ReleaseIfUnused(tag);
        }
    }

    private void Clear(int i)
    {
        var old = rows[i];
        lock (LockOf(i)) rows[i] = default;
        Volatile.Write(ref ongoing, ongoing - 1);
        states[(int)old.State]--;
        Release(old);
        ReleaseTags(old.Tags);
        freeRows.Push(i);
    }

    private void Count(int src, int dst, int data, int by)
    {
        Values.Src[src] += by;
        Values.Dst[dst] += by;
        Values.Data[data] += by;
        Values.Any[src] += by;
        if (dst != src) Values.Any[dst] += by;
        if (data != src && data != dst) Values.Any[data] += by;
        if (src == dst && src == data) Values.All[src] += by;
    }

    private void Release(in DialogRow row)
    {
        var (src, dst, data) = (row.Src, row.Dst, row.Data);
        Count(src, dst, data, -1);
        Values.ReleaseIfUnused(src);
        if (dst != src) Values.ReleaseIfUnused(dst);
        if (data != src && data != dst) Values.ReleaseIfUnused(data);
    }

    private Lock LockOf(int row) => locks[row / ChunkedArray<DialogRow>.ChunkSize % locks.Length];
}

/// <summary>What a walk over the rows does with each.</summary>
internal interface IRowVisitor
{
    void Visit(in DialogRow row);
}
