using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Rules;

/// <summary>An attribute while it is written: UTF-8, and no longer than it may be.</summary>
internal ref struct AttributeText(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;
    private int length;

    public readonly int Length => length;

    /// <summary>Something did not fit, and is not there.</summary>
    public bool IsTooLong { get; private set; }

    private readonly Span<byte> Room => buffer[length..];

    /// <summary>For what is not even looked at.</summary>
    public void Refuse() => IsTooLong = true;

    /// <summary>What is not UTF-8 is read as Latin-1.</summary>
    public void Put(scoped ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text)) PutUtf8(text);
        else if (text.Length * 2 > Room.Length) IsTooLong = true;
        else length += Latin1Text.Write(text, Room);
    }

    /// <summary>A header field's value, which may go on in the next line: line ends are none of it (RFC 3261 7.3.1).</summary>
    public void PutUnfolded(scoped ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            var line = value[..(value.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end ? end : value.Length)];
            Put(line);
            value = value[line.Length..].TrimStart("\r\n"u8);
        }
    }

    public void PutDecoded(scoped ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'%')) Put(text);
        else if (text.Length > Room.Length) IsTooLong = true;
        else
        {
            var decoded = Percent.Decode(text, Room);
            if (Utf8.IsValid(Room[..decoded])) length += decoded;
            else Put(text);
        }
    }

    /// <summary>Hosts have no case.</summary>
    public void PutHost(scoped ReadOnlySpan<byte> host)
    {
        var start = length;
        Put(host);
        foreach (ref var character in buffer[start..length])
            if (character is >= (byte)'A' and <= (byte)'Z') character |= 0x20;
    }

    /// <summary>A tel URI's number, or a number of other characters than digits.</summary>
    public void PutWithoutSeparators(scoped ReadOnlySpan<byte> number)
    {
        while (!number.IsEmpty)
        {
            var part = number[..(number.IndexOfAny("-.() "u8) is >= 0 and var end ? end : number.Length)];
            PutDecoded(part);
            number = number[Math.Min(number.Length, part.Length + 1)..];
        }
    }

    public void Put(uint number)
    {
        if (Utf8Formatter.TryFormat(number, Room, out var written)) length += written;
        else IsTooLong = true;
    }

    public void PutUtf8(scoped ReadOnlySpan<byte> text)
    {
        if (text.TryCopyTo(Room)) length += text.Length;
        else IsTooLong = true;
    }

    /// <summary>As far as it is written.</summary>
    public readonly override string ToString() => Encoding.UTF8.GetString(buffer[..length]);
}
