using System.Numerics;

namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// Writes the protobuf wire format into a buffer that grows and is reused.
/// Only what dialog_store.proto needs; zeros are left out, as proto3 does.
/// </summary>
internal sealed class WireWriter
{
    private byte[] bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            bytes[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[Length++] = (byte)value;
    }

    public void ZigZag(long value) => Varint((ulong)(value << 1 ^ value >> 63));

    public void UInt(int field, ulong value)
    {
        if (value == 0) return;
        Varint((ulong)field << 3);
        Varint(value);
    }

    public void SInt(int field, long value)
    {
        if (value == 0) return;
        Varint((ulong)field << 3);
        ZigZag(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)value.Length);
        Reserve(value.Length);
        value.CopyTo(bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>Begins a length-delimited field; returns what <see cref="End"/> needs.</summary>
    public int Begin(int field)
    {
        Varint((ulong)field << 3 | 2);
        Reserve(1);
        return ++Length;
    }

    /// <summary>Ends it: writes its length, moving the content where the length takes more than one byte.</summary>
    public void End(int start)
    {
        var length = Length - start;
        var extra = (BitOperations.Log2((uint)length | 1) / 7);
        if (extra > 0)
        {
            Reserve(extra);
            bytes.AsSpan(start, length).CopyTo(bytes.AsSpan(start + extra));
            Length += extra;
        }
        for (var i = start - 1; i < start + extra; i++, length >>= 7) bytes[i] = (byte)(i < start + extra - 1 ? length | 0x80 : length);
    }

    private void Reserve(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
    }
}

/// <summary>Reads the protobuf wire format of records that we wrote. Throws <see cref="InvalidDataException"/> for bytes that are none.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public readonly bool IsAtEnd => position >= bytes.Length;

    /// <summary>The next field's number.</summary>
    public int Field(out int wireType)
    {
        var tag = Varint();
        wireType = (int)(tag & 7);
        return (int)(tag >> 3);
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= bytes.Length) throw Malformed();
            var b = bytes[position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        throw Malformed();
    }

    public long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (length > (ulong)(bytes.Length - position)) throw Malformed();
        var value = bytes.Slice(position, (int)length);
        position += (int)length;
        return value;
    }

    /// <summary>Skips a field of a newer schema.</summary>
    public void Skip(int wireType)
    {
        switch (wireType)
        {
            case 0: Varint(); return;
            case 2: Bytes(); return;
            case 1 when position + 8 <= bytes.Length: position += 8; return;
            case 5 when position + 4 <= bytes.Length: position += 4; return;
            default: throw Malformed();
        }
    }

    private static InvalidDataException Malformed() => new("The record of a call is malformed.");
}
