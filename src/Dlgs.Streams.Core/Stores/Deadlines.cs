namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// Which Call is due next: by time, then Call-ID bytewise. A calendar of seconds, each a list through the slots, because a deadline moves
/// with nearly every message and most of them never come; only the second that is being fired is put in order.
/// </summary>
internal sealed class Deadlines(CallTable calls)
{
    private const int None = -1;
    private readonly Dictionary<long, int> heads = [];
    private readonly SortedSet<long> seconds = [];
    private readonly PriorityQueue<int, Due> due = new(DueOrder.Instance);
    /// <summary>Everything at or before this second is in <see cref="due"/>; the rest in lists.</summary>
    private long opened = long.MinValue;

    private readonly record struct Due(long Time, byte[] Record);

    /// <summary>Sets the deadline of a Call (log time in microseconds); <see cref="long.MaxValue"/>: none.</summary>
    public void Set(int slot, long deadline)
    {
        ref var call = ref calls.Slots[slot];
        if (call.Deadline == deadline) return;
        Unlink(ref call);
        call.Deadline = deadline;
        if (deadline == long.MaxValue) return;
        if (SecondOf(deadline) <= opened) due.Enqueue(slot, new Due(deadline, call.Record!));
        else Link(ref call, slot, SecondOf(deadline));
    }

    /// <summary>The earliest deadline; <see cref="long.MaxValue"/>: none.</summary>
    public long Earliest
    {
        get
        {
            DropStale();
            if (due.TryPeek(out _, out var first)) return first.Time;
            if (seconds.Count == 0) return long.MaxValue;
            var earliest = long.MaxValue;
            for (var slot = heads[seconds.Min]; slot != None; slot = calls.Slots[slot].Next) earliest = Math.Min(earliest, calls.Slots[slot].Deadline);
            return earliest;
        }
    }

    /// <summary>The Call whose deadline is the first at or before <paramref name="time"/>; it stays until its deadline is set anew.</summary>
    public bool TryPeek(long time, out int slot, out long deadline)
    {
        DropStale();
        while (due.Count == 0 && seconds.Count > 0 && seconds.Min <= SecondOf(time))
        {
            Open(seconds.Min);
            DropStale();
        }
        deadline = due.TryPeek(out slot, out var first) ? first.Time : long.MaxValue;
        return deadline <= time;
    }

    private void Open(long second)
    {
        for (var slot = heads[second]; slot != None;)
        {
            ref var call = ref calls.Slots[slot];
            var next = call.Next;
            call.Previous = call.Next = None;
            due.Enqueue(slot, new Due(call.Deadline, call.Record!));
            slot = next;
        }
        heads.Remove(second);
        seconds.Remove(second);
        opened = second;
    }

    /// <summary>Entries whose Call has another deadline by now, or is gone.</summary>
    private void DropStale()
    {
        while (due.TryPeek(out var slot, out var first) && (calls.Slots[slot].Record is null || calls.Slots[slot].Deadline != first.Time)) due.Dequeue();
    }

    private static long SecondOf(long micros) => Math.DivRem(micros, 1_000_000, out var rest) - (rest < 0 ? 1 : 0);

    private void Link(ref CallSlot call, int slot, long second)
    {
        if (heads.TryGetValue(second, out var head)) calls.Slots[head].Previous = slot;
        else
        {
            head = None;
            seconds.Add(second);
        }
        (call.Previous, call.Next) = (None, head);
        heads[second] = slot;
    }

    private void Unlink(ref CallSlot call)
    {
        // What is due already is not in a list: it goes stale in the queue.
        if (call.Deadline == long.MaxValue || SecondOf(call.Deadline) <= opened) return;
        if (call.Next != None) calls.Slots[call.Next].Previous = call.Previous;
        if (call.Previous != None)
        {
            calls.Slots[call.Previous].Next = call.Next;
            return;
        }
        var second = SecondOf(call.Deadline);
        if (call.Next != None)
        {
            heads[second] = call.Next;
            return;
        }
        heads.Remove(second);
        seconds.Remove(second);
    }

    private sealed class DueOrder : IComparer<Due>
    {
        public static readonly DueOrder Instance = new();

        public int Compare(Due a, Due b)
        {
            var order = a.Time.CompareTo(b.Time);
            return order != 0 ? order : CallCodec.CallIdOf(a.Record).SequenceCompareTo(CallCodec.CallIdOf(b.Record));
        }
    }
}
