using System.Numerics;
using System.Runtime.CompilerServices;

namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>A set of bytes: what one place of a pattern accepts.</summary>
[InlineArray(4)]
internal struct ByteSet
{
    private ulong word;

    public static ByteSet All => ~default(ByteSet);

    public readonly int Count =>
        BitOperations.PopCount(this[0]) + BitOperations.PopCount(this[1]) + BitOperations.PopCount(this[2]) + BitOperations.PopCount(this[3]);

    /// <summary>The lowest byte that it has.</summary>
    public readonly byte First
    {
        get
        {
            var i = 0;
            while (this[i] == 0) i++;
            return (byte)(i * 64 + BitOperations.TrailingZeroCount(this[i]));
        }
    }

    public static ByteSet Of(byte value)
    {
        var set = default(ByteSet);
        set.Add(value);
        return set;
    }

    public readonly bool Contains(byte value) => (this[value >> 6] >> (value & 63) & 1) != 0;

    public void Add(byte value) => this[value >> 6] |= 1UL << (value & 63);

    /// <summary>Nothing where the range is empty.</summary>
    public void AddRange(byte first, byte last)
    {
        for (int value = first; value <= last; value++) Add((byte)value);
    }

    public static ByteSet operator |(ByteSet left, ByteSet right)
    {
        for (var i = 0; i < 4; i++) left[i] |= right[i];
        return left;
    }

    public static ByteSet operator ~(ByteSet set)
    {
        for (var i = 0; i < 4; i++) set[i] = ~set[i];
        return set;
    }
}
