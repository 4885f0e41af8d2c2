namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// From hash to slot: open addressing in 256 shards, so that growing one at the ten-millionth entry takes a millisecond, not a second. One
/// writer; readers hold a shard's lock for one look-up. Whether a slot really has the wanted key is the caller's to say.
/// </summary>
internal sealed class SlotIndex
{
    private readonly Shard[] shards = new Shard[256];

    public SlotIndex()
    {
        for (var i = 0; i < shards.Length; i++) shards[i] = new Shard();
    }

    /// <summary>As <see cref="Find"/>, for the writer: nobody else moves anything, so it needs no lock.</summary>
    public int FindOwn<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct =>
        shards[hash >> 24].Find(hash, key, keys);

    /// <summary>The slot whose key equals, or -1. Only slots of the same hash are asked for their key. Any thread.</summary>
    public int Find<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct
    {
        var shard = shards[hash >> 24];
        lock (shard) return shard.Find(hash, key, keys);
    }

    public void Add(uint hash, int slot)
    {
        var shard = shards[hash >> 24];
        lock (shard) shard.Add(hash, slot);
    }

    public void Remove(uint hash, int slot)
    {
        var shard = shards[hash >> 24];
        lock (shard) shard.Remove(hash, slot);
    }

    private sealed class Shard
    {
        private uint[] hashes = new uint[8];
        /// <summary>Slot + 1; 0: empty.</summary>
        private int[] slots = new int[8];
        private int count;

        public int Find<TKeys>(uint hash, ReadOnlySpan<byte> key, TKeys keys) where TKeys : ISlotKeys, allows ref struct
        {
            var mask = slots.Length - 1;
            for (var i = (int)hash & mask; slots[i] != 0; i = (i + 1) & mask)
                if (hashes[i] == hash && keys.HasKey(slots[i] - 1, key)) return slots[i] - 1;
            return -1;
        }

        public void Add(uint hash, int slot)
        {
            if ((count + 1) * 4 > slots.Length * 3) Grow();
            Put(hash, slot + 1);
            count++;
        }

        private void Put(uint hash, int entry)
        {
            var mask = slots.Length - 1;
            var i = (int)hash & mask;
            while (slots[i] != 0) i = (i + 1) & mask;
            (hashes[i], slots[i]) = (hash, entry);
        }

        private void Grow()
        {
            var (oldHashes, oldSlots) = (hashes, slots);
            hashes = new uint[oldSlots.Length * 2];
            slots = new int[oldSlots.Length * 2];
            for (var i = 0; i < oldSlots.Length; i++)
                if (oldSlots[i] != 0) Put(oldHashes[i], oldSlots[i]);
        }

        public void Remove(uint hash, int slot)
        {
            var mask = slots.Length - 1;
            var i = (int)hash & mask;
            while (slots[i] != slot + 1) i = (i + 1) & mask;
            // Close the gap: move back what was pushed past it, so that no look-up stops early.
            for (var j = (i + 1) & mask; slots[j] != 0; j = (j + 1) & mask)
            {
                var home = (int)hashes[j] & mask;
                if (((j - home) & mask) < ((j - i) & mask)) continue;
                (hashes[i], slots[i]) = (hashes[j], slots[j]);
                i = j;
            }
            slots[i] = 0;
            count--;
        }
    }
}

/// <summary>Says what key a slot has.</summary>
internal interface ISlotKeys
{
    bool HasKey(int slot, ReadOnlySpan<byte> key);
}
