namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// From hash to slot: open addressing in 256 shards, so that growing one at the ten-millionth entry takes a millisecond, not a second. One
/// writer; readers wait for nobody, because a query looks into every store. Whether a slot really has the wanted key is the caller's to say.
/// </summary>
internal sealed class SlotIndex
{
    private readonly Shard[] shards = new Shard[256];

    public SlotIndex()
    {
        for (var i = 0; i < shards.Length; i++) shards[i] = new Shard();
    }

    /// <summary>As <see cref="Find"/>, for the writer.</summary>
    public int FindOwn<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct =>
        shards[hash >> 24].Probe(hash, key, keys);

    /// <summary>The slot whose key equals, or -1. Only slots of the same hash are asked for their key. Any thread.</summary>
    public int Find<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct =>
        shards[hash >> 24].Find(hash, key, keys);

    public void Add(uint hash, int slot) => shards[hash >> 24].Add(hash, slot);

    public void Remove(uint hash, int slot) => shards[hash >> 24].Remove(hash, slot);

    private struct Shard()
    {
        /// <summary>The hash, and below it slot + 1: one look at the memory, and written at once. 0: empty.</summary>
        private ulong[] entries = new ulong[8];
        private int count;
        /// <summary>How often entries were moved, twice: odd while they are.</summary>
        private int moves;

        public int Find<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct
        {
            for (var wait = new SpinWait(); ; wait.SpinOnce())
            {
                var before = Volatile.Read(ref moves);
                var slot = Probe(hash, key, keys);
                // What was not there may have been passed on its way.
                if (slot >= 0 || before % 2 == 0 && Volatile.Read(ref moves) == before) return slot;
            }
        }

        public int Probe<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct
        {
            var found = Volatile.Read(ref entries);
            var mask = found.Length - 1;
            for (var i = (int)hash & mask; Volatile.Read(ref found[i]) is not 0 and var entry; i = (i + 1) & mask)
                if (HashOf(entry) == hash && keys.HasKey(SlotOf(entry), key)) return SlotOf(entry);
            return -1;
        }

        public void Add(uint hash, int slot)
        {
            if ((count + 1) * 4 > entries.Length * 3) Grow();
            Put(entries, (ulong)hash << 32 | (uint)(slot + 1));
            count++;
        }

        private static void Put(ulong[] into, ulong entry)
        {
            var mask = into.Length - 1;
            var i = (int)HashOf(entry) & mask;
            while (into[i] != 0) i = (i + 1) & mask;
            // After what the slot has.
            Volatile.Write(ref into[i], entry);
        }

        /// <summary>Who looks meanwhile finds in the old entries what there was.</summary>
        private void Grow()
        {
            var grown = new ulong[entries.Length * 2];
            foreach (var entry in entries)
                if (entry != 0) Put(grown, entry);
            Volatile.Write(ref entries, grown);
        }

        public void Remove(uint hash, int slot)
        {
            var mask = entries.Length - 1;
            var i = (int)hash & mask;
            while (SlotOf(entries[i]) != slot) i = (i + 1) & mask;
            Interlocked.Increment(ref moves);
            CloseGap(i, mask);
            Interlocked.Increment(ref moves);
            count--;
        }

        /// <summary>Moves back what was pushed past it, so that no look-up stops early.</summary>
        private readonly void CloseGap(int gap, int mask)
        {
            for (var i = (gap + 1) & mask; entries[i] != 0; i = (i + 1) & mask)
            {
                var home = (int)HashOf(entries[i]) & mask;
                if (((i - home) & mask) < ((i - gap) & mask)) continue;
                entries[gap] = entries[i];
                gap = i;
            }
            entries[gap] = 0;
        }

        private static uint HashOf(ulong entry) => (uint)(entry >> 32);

        private static int SlotOf(ulong entry) => (int)entry - 1;
    }
}

/// <summary>Says what key a slot has.</summary>
internal interface ISlotKeys
{
    bool HasKey(int slot, ReadOnlySpan<byte> key);
}
