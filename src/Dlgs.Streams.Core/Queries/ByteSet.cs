namespace Dlgs.Streams.Core.Queries;

/// <summary>A set of bytes: what one place of a pattern accepts.</summary>
internal struct ByteSet
{
    private ulong a, b, c, d;

    public static ByteSet All => ~default(ByteSet);

    public static ByteSet Of(byte value)
    {
        var set = default(ByteSet);
        set.Add(value);
        return set;
    }

    public readonly bool Contains(byte value) => ((value < 128 ? value < 64 ? a : b : value < 192 ? c : d) >> (value & 63) & 1) != 0;

    public void Add(byte value)
    {
        var bit = 1UL << (value & 63);
        switch (value >> 6)
        {
            case 0: a |= bit; break;
            case 1: b |= bit; break;
            case 2: c |= bit; break;
            default: d |= bit; break;
        }
    }

    /// <summary>Nothing where the range is empty.</summary>
    public void AddRange(byte first, byte last)
    {
        for (int value = first; value <= last; value++) Add((byte)value);
    }

    public static ByteSet operator |(ByteSet x, ByteSet y) => new() { a = x.a | y.a, b = x.b | y.b, c = x.c | y.c, d = x.d | y.d };

    public static ByteSet operator &(ByteSet x, ByteSet y) => new() { a = x.a & y.a, b = x.b & y.b, c = x.c & y.c, d = x.d & y.d };

    public static ByteSet operator ~(ByteSet x) => new() { a = ~x.a, b = ~x.b, c = ~x.c, d = ~x.d };
}
