using System.Buffers.Binary;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Stores;

/// <summary>One writer, and those who look meanwhile without waiting for it.</summary>
public sealed class SlotIndexLaws
{
    private const int Rounds = 5_000;
    private const int Steady = 40;

    /// <summary>All of one home: what goes is a gap that is closed with what stays.</summary>
    private const uint Hash = 7;

    private volatile SlotIndex index = Filled();
    private volatile bool over;

    [Fact]
    public async Task What_stays_is_found_while_others_go()
    {
        var looking = Task.Run(() => { do FindSteady(); while (!over); }, TestContext.Current.CancellationToken);
        for (var round = 0; round < Rounds && !looking.IsCompleted; round++)
        {
            for (var slot = 1; slot < 2 * Steady; slot += 2) index.Remove(Hash, slot);
            FindSteady();
            index = Filled();
        }
        over = true;
        await looking;
    }

    private void FindSteady()
    {
        Span<byte> key = stackalloc byte[sizeof(int)];
        for (var slot = 0; slot < 2 * Steady; slot += 2)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, slot);
            Assert.Equal(slot, index.Find(Hash, key, new Numbers()));
        }
    }

    private static SlotIndex Filled()
    {
        var filled = new SlotIndex();
        for (var slot = 0; slot < 2 * Steady; slot++) filled.Add(Hash, slot);
        return filled;
    }

    private readonly struct Numbers : ISlotKeys
    {
        public bool HasKey(int slot, ReadOnlySpan<byte> key) => slot == BinaryPrimitives.ReadInt32LittleEndian(key);
    }
}
