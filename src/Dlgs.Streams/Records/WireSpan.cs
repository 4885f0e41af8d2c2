namespace Dlgs.Streams.Records;

/// <summary>The protobuf wire format over a span: says no instead of throwing, for bytes that anybody may have written.</summary>
internal ref struct WireSpan(ReadOnlySpan<byte> bytes)
{
    public const int Varint = 0;
    public const int Bytes = 2;

    /// <summary>Google.Protobuf's recursion limit, so that both refuse the same bytes.</summary>
    private const int MaxDepth = 100;

    private readonly int length = bytes.Length;
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => length - rest.Length;

    public bool TryReadTag(out int field, out int type)
    {
        (field, type) = (0, 0);
        if (!TryReadVarint(out var tag)) return false;
        (field, type) = ((int)((uint)tag >> 3), (int)tag & 7);
        return field != 0;
    }

    public bool TryReadVarint(out ulong value)
    {
        // Nearly every tag, length, status and CSeq of a message takes one byte or two.
        if (rest.Length > 0 && rest[0] < 0x80)
        {
            value = rest[0];
            rest = rest[1..];
            return true;
        }
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        // A length has 32 bits; protobuf drops what a longer varint has above them.
        if (!TryReadVarint(out var count) || (uint)count > (uint)rest.Length) return false;
        value = rest[..(int)count];
        rest = rest[(int)count..];
        return true;
    }

    /// <summary>Skips the value of a field of no interest; groups (3, 4) too, which old producers may still write.</summary>
    public bool TrySkip(int field, int type, int depth = 0)
    {
        switch (type)
        {
            case 0: return TryReadVarint(out _);
            case 1: return TryAdvance(8);
            case 2: return TryReadBytes(out _);
            case 3 when depth < MaxDepth:
                while (TryReadTag(out var inner, out var innerType))
                {
                    if (innerType == 4) return inner == field;
                    if (!TrySkip(inner, innerType, depth + 1)) return false;
                }
                return false;
            case 5: return TryAdvance(4);
            default: return false;
        }
    }

    private bool TryAdvance(int count)
    {
        if (rest.Length < count) return false;
        rest = rest[count..];
        return true;
    }
}
