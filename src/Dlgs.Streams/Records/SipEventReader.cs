using System.Text.Unicode;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Records;

/// <summary>
/// Reads a SipEvent in the protobuf wire format into Core's messages without allocating: the one place where our own code beats the library.
/// Fields of newer producers are skipped; of a field that stands twice the last counts, as protobuf has it; a test holds it to Google.Protobuf.
/// One thing it does that protobuf does not: strings that are not UTF-8 are read as Latin-1.
/// </summary>
internal sealed class SipEventReader(FieldLimits limits)
{
    private const int Add = 1;
    private const int Remove = 2;

    private readonly Latin1Event latin1 = new();
    private readonly Range[] tags = new Range[Bounds.Tags];
    private int tagCount;
    private Range callId;

    /// <summary>The record that was read last had a string that is not UTF-8.</summary>
    public bool IsLatin1 { get; private set; }

    /// <summary>What is read points into the record, or, until the next call, into the reader.</summary>
    public EventFailure Read(ReadOnlySpan<byte> record, out EventKind kind, out SipMessage message, out TagMessage tag, out CloseMessage close)
    {
        var failure = ReadFields(record, out kind, out message, out tag, out close);
        IsLatin1 = failure == EventFailure.NotUtf8;
        if (!IsLatin1) return failure;
        failure = ReadFields(latin1.Rewrite(record, out var sent), out kind, out message, out tag, out close);
        callId = sent;
        return failure;
    }

    /// <summary>The Call-ID of the record that was read last, as its producer wrote and hashed it.</summary>
    public ReadOnlySpan<byte> CallIdAsSent(ReadOnlySpan<byte> record) => record[callId];

    private EventFailure ReadFields(ReadOnlySpan<byte> record, out EventKind kind, out SipMessage message, out TagMessage tag, out CloseMessage close)
    {
        message = default;
        tag = default;
        close = default;
        kind = EventKind.Message;
        tagCount = 0;
        callId = default;
        var (cseq, tooLong, operation) = (0u, false, 0);
        ReadOnlySpan<byte> method = default;
        var wire = new WireSpan(record);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return EventFailure.Malformed;
            if (type == WireSpan.Bytes && field is >= 1 and <= 22)
            {
                if (!wire.TryReadBytes(out var bytes)) return EventFailure.Malformed;
                if (Latin1Event.IsText(field) && !Utf8.IsValid(bytes)) return EventFailure.NotUtf8;
                switch (field)
                {
                    case 1: message.CallId = bytes; callId = new Range(wire.Position - bytes.Length, wire.Position); break;
                    case 2: message.FromTag = bytes; break;
                    case 3: message.ToTag = bytes; break;
                    case 4: method = bytes; break;
                    case 7: message.AddVia(bytes); break;
                    case 9: message.Proxy = bytes; tooLong |= bytes.Length > limits.Text; break;
                    case 12 or 18: tooLong |= bytes.Length > limits.Text; break;
                    case 10: message.FromUri = bytes; break;
                    case 11: message.ToUri = bytes; break;
                    case 13: message.Src = bytes; message.HasSrc = true; break;
                    case 14: message.Dst = bytes; message.HasDst = true; break;
                    case 15: message.Data = bytes; message.HasData = true; break;
                    case 16: tooLong |= bytes.Length > limits.Tag; AddTag(ref message, record, new Range(wire.Position - bytes.Length, wire.Position)); break;
                    case 20:
                        if (ReadTagEvent(bytes, ref tag, ref operation) is not EventFailure.None and var badTag) return badTag;
                        kind = EventKind.Tag;
                        break;
                    case 21:
                        if (!IsMessage(bytes)) return EventFailure.Malformed;
                        if (kind == EventKind.Message) kind = EventKind.Tick;
                        break;
                    case 22:
                        if (ReadClose(bytes, ref close) is not EventFailure.None and var badClose) return badClose;
                        if (kind != EventKind.Tag) kind = EventKind.Close;
                        break;
                    default: break;
                }
            }
            else if (type == WireSpan.Varint && field is 5 or 6 or 8 or 17)
            {
                if (!wire.TryReadVarint(out var number)) return EventFailure.Malformed;
                switch (field)
                {
                    case 5: message.Status = (int)Math.Min((uint)number, 1000); break;
                    case 6: cseq = (uint)number; break;
                    case 8: message.Time = new SipTime((long)number); break;
                    case 17: message.SessionExpires = (uint)number; break;
                    default: break;
                }
            }
            else if (!wire.TrySkip(field, type)) return EventFailure.Malformed;
        }
        if (kind == EventKind.Tick) return EventFailure.None;
        if (message.CallId.IsEmpty) return EventFailure.NoCallId;
        if (message.CallId.Length > limits.CallId || message.FromTag.Length > limits.Tag || tooLong) return EventFailure.FieldTooLong;
        if (kind == EventKind.Tag) return ConcludeTag(message, ref tag, operation, ref kind);
        if (kind == EventKind.Close) return ConcludeClose(message, ref close);
        return Conclude(ref message, record, method, cseq);
    }

    private EventFailure ConcludeTag(scoped in SipMessage message, scoped ref TagMessage tag, int operation, ref EventKind kind)
    {
        tag.CallId = message.CallId;
        tag.FromTag = message.FromTag;
        tag.HasFromTag = !message.FromTag.IsEmpty || tag.SinceCSeq is not null;
        tag.Time = message.Time;
        tag.Remove = operation == Remove;
        if (operation is not (0 or Add or Remove)) kind = EventKind.Unknown;
        return tag.Tag.Length > limits.Tag ? EventFailure.FieldTooLong : tag.Tag.IsEmpty || operation == 0 ? EventFailure.BadTagEvent : EventFailure.None;
    }

    private EventFailure ConcludeClose(scoped in SipMessage message, scoped ref CloseMessage close)
    {
        close.CallId = message.CallId;
        close.FromTag = message.FromTag;
        close.Time = message.Time;
        return close.ClosedBy.Length > limits.Tag ? EventFailure.FieldTooLong : EventFailure.None;
    }

    private EventFailure Conclude(ref SipMessage message, ReadOnlySpan<byte> record, ReadOnlySpan<byte> method, uint cseq)
    {
        if (method.IsEmpty) return EventFailure.NoMethod;
        if (message.Status != 0 && message.Status is < 100 or > 699) return EventFailure.StatusOutOfRange;
        if (cseq > int.MaxValue) return EventFailure.CSeqOutOfRange;
        if (message.ToTag.Length > limits.Tag || message.FromUri.Length > limits.Text || message.ToUri.Length > limits.Text
            || message.Src.Length > limits.Text || message.Dst.Length > limits.Text || message.Data.Length > limits.Text) return EventFailure.FieldTooLong;
        message.CSeq = cseq;
        message.Method = SipMethods.Find(method);
        if (message.Vias == 0) message.Vias = 1;
        if (tagCount == 0) return EventFailure.None;
        message.TagText = record;
        message.Tags = tags.AsSpan(0, tagCount);
        return EventFailure.None;
    }

    /// <summary>Merges into what an earlier tag_event of the same record said, as protobuf does.</summary>
    private static EventFailure ReadTagEvent(ReadOnlySpan<byte> bytes, ref TagMessage tag, ref int operation)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return EventFailure.Malformed;
            if (field == 1 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var number)) return EventFailure.Malformed;
                operation = (int)number;
            }
            else if (field == 2 && type == WireSpan.Bytes)
            {
                if (!wire.TryReadBytes(out var text)) return EventFailure.Malformed;
                if (!Utf8.IsValid(text)) return EventFailure.NotUtf8;
                tag.Tag = text;
            }
            else if (field == 3 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var since)) return EventFailure.Malformed;
                tag.SinceCSeq = (uint)since;
            }
            else if (!wire.TrySkip(field, type, depth: 1)) return EventFailure.Malformed;
        }
        return EventFailure.None;
    }

    /// <summary>Merges into what an earlier close of the same record said, as protobuf does.</summary>
    private static EventFailure ReadClose(ReadOnlySpan<byte> bytes, ref CloseMessage close)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return EventFailure.Malformed;
            if (field == 1 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var since)) return EventFailure.Malformed;
                close.SinceCSeq = (uint)since;
            }
            else if (field == 2 && type == WireSpan.Bytes)
            {
                if (!wire.TryReadBytes(out var text)) return EventFailure.Malformed;
                if (!Utf8.IsValid(text)) return EventFailure.NotUtf8;
                close.ClosedBy = text;
            }
            else if (!wire.TrySkip(field, type, depth: 1)) return EventFailure.Malformed;
        }
        return EventFailure.None;
    }

    /// <summary>Whether bytes are a message of any fields.</summary>
    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
            if (!wire.TryReadTag(out var field, out var type) || !wire.TrySkip(field, type, depth: 1)) return false;
        return true;
    }

    /// <summary>Where a message has more tags than a dialog may, the smallest stay: a list in another order means the same.</summary>
    private void AddTag(ref SipMessage message, ReadOnlySpan<byte> record, Range tag)
    {
        var text = record[tag];
        if (text.IsEmpty) return;
        var greatest = 0;
        for (var i = 0; i < tagCount; i++)
        {
            if (record[tags[i]].SequenceEqual(text)) return;
            if (record[tags[i]].SequenceCompareTo(record[tags[greatest]]) > 0) greatest = i;
        }
        if (tagCount < tags.Length)
        {
            tags[tagCount++] = tag;
            return;
        }
        message.Overflow = true;
        if (text.SequenceCompareTo(record[tags[greatest]]) < 0) tags[greatest] = tag;
    }
}
