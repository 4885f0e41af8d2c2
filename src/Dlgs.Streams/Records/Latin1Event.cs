using System.Buffers;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Records;

/// <summary>
/// Writes a SipEvent anew whose strings are not all UTF-8, as a proxy publishes it that copies header fields as they are: those strings are
/// read as Latin-1. Few records need it, so it may copy.
/// </summary>
internal sealed class Latin1Event
{
    private readonly ArrayBufferWriter<byte> rewritten = new();

    /// <summary>Whether a field of sip_event.proto is a string.</summary>
    public static bool IsText(int field) => field is >= 1 and <= 4 or 7 or >= 9 and <= 16 or 18;

    /// <summary>Whether it is another kind of event: its fields that have a length are strings.</summary>
    private static bool IsEvent(int field) => field is 20 or 22;

    /// <summary>The record with all strings in UTF-8, valid until the next call, and where the Call-ID stands in the record that came.</summary>
    public ReadOnlySpan<byte> Rewrite(ReadOnlySpan<byte> record, out Range callId)
    {
        callId = default;
        rewritten.ResetWrittenCount();
        var wire = new WireSpan(record);
        while (!wire.IsAtEnd)
        {
            var start = wire.Position;
            if (!wire.TryReadTag(out var field, out var type) || !wire.TrySkip(field, type)) return End(rewritten, record[start..]);
            var whole = record[start..wire.Position];
            if (field == 1 && type == WireSpan.Bytes) callId = new Range(wire.Position - ValueOf(whole).Length, wire.Position);
            if (type == WireSpan.Bytes && IsText(field)) PutText(rewritten, whole);
            else if (type == WireSpan.Bytes && IsEvent(field)) Put(rewritten, TagOf(whole), RewriteEvent(ValueOf(whole)));
            else rewritten.Write(whole);
        }
        return rewritten.WrittenSpan;
    }

    private static ReadOnlySpan<byte> RewriteEvent(ReadOnlySpan<byte> fields)
    {
        var output = new ArrayBufferWriter<byte>();
        var wire = new WireSpan(fields);
        while (!wire.IsAtEnd)
        {
            var start = wire.Position;
            if (!wire.TryReadTag(out var field, out var type) || !wire.TrySkip(field, type, depth: 1)) return End(output, fields[start..]);
            var whole = fields[start..wire.Position];
            if (type == WireSpan.Bytes) PutText(output, whole);
            else output.Write(whole);
        }
        return output.WrittenSpan;
    }

    /// <summary>What is malformed stays so: the reader says it.</summary>
    private static ReadOnlySpan<byte> End(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> rest)
    {
        output.Write(rest);
        return output.WrittenSpan;
    }

    private static void PutText(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> whole)
    {
        var value = ValueOf(whole);
        var text = new byte[value.Length * 2];
        Put(output, TagOf(whole), text.AsSpan(0, Latin1Text.Write(value, text)));
    }

    private static void Put(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> value)
    {
        output.Write(tag);
        var left = (uint)value.Length;
        for (; left >= 0x80; left >>= 7) output.Write([(byte)(left | 0x80)]);
        output.Write([(byte)left]);
        output.Write(value);
    }

    private static ReadOnlySpan<byte> TagOf(ReadOnlySpan<byte> whole)
    {
        var wire = new WireSpan(whole);
        wire.TryReadTag(out _, out _);
        return whole[..wire.Position];
    }

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> whole)
    {
        var wire = new WireSpan(whole);
        wire.TryReadTag(out _, out _);
        wire.TryReadBytes(out var value);
        return value;
    }
}
