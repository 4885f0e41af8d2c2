using System.Text.Unicode;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Ingest;

namespace Dlgs.Streams.Kafka;

/// <summary>Why a record could not be used. These names are counted, logged and written to the dead letter.</summary>
internal enum EventFailure
{
    None = 0,
    /// <summary>The bytes are no SipEvent.</summary>
    Malformed,
    NoCallId,
    NoMethod,
    StatusOutOfRange,
    CSeqOutOfRange,
    FieldTooLong,
    /// <summary>The Call-ID hashes to another partition: a producer with another partitioner, or another key.</summary>
    WrongPartition,
    /// <summary>A tag event without a tag or an operation.</summary>
    BadTagEvent,
    /// <summary>The program itself failed on it, twice.</summary>
    Failed,
    /// <summary>The record is sound, but its Call is full: 64 dialogs, or limit_record.</summary>
    CallFull,
}

/// <summary>Which kind of event a record is.</summary>
internal enum EventKind
{
    Message,
    Tag,
    Tick,
    /// <summary>An operator's close.</summary>
    Close,
    /// <summary>A tag event with an operation of a newer producer: says nothing that this version knows, and is no fault.</summary>
    Unknown,
}

/// <summary>
/// Reads a SipEvent in the protobuf wire format into Core's messages without allocating: the one place where our own code beats the library.
/// Fields of newer producers are skipped; of a field that stands twice the last counts, as protobuf has it; a test holds it to Google.Protobuf.
/// </summary>
internal sealed class SipEventReader(FieldLimits limits)
{
    private const int Add = 1;
    private const int Remove = 2;

    private readonly Range[] tags = new Range[Bounds.Tags];
    private int tagCount;

    public EventFailure Read(ReadOnlySpan<byte> record, out EventKind kind, out SipMessage message, out TagMessage tag, out CloseMessage close)
    {
        message = default;
        tag = default;
        close = default;
        kind = EventKind.Message;
        tagCount = 0;
        var (cseq, tooLong, operation) = (0u, false, 0);
        ReadOnlySpan<byte> method = default;
        var wire = new WireSpan(record);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return EventFailure.Malformed;
            if (type == WireSpan.Bytes && field is >= 1 and <= 22)
            {
                // proto3: a string is UTF-8, anything else is no message.
                if (!wire.TryReadBytes(out var bytes) || IsText(field) && !Utf8.IsValid(bytes)) return EventFailure.Malformed;
                switch (field)
                {
                    case 1: message.CallId = bytes; break;
                    case 2: message.FromTag = bytes; break;
                    case 3: message.ToTag = bytes; break;
                    case 4: method = bytes; break;
                    case 7: AddVia(ref message, bytes); break;
                    case 9: message.Proxy = bytes; tooLong |= bytes.Length > limits.Text; break;
                    case 12 or 18: tooLong |= bytes.Length > limits.Text; break;
                    case 10: message.FromUri = bytes; break;
                    case 11: message.ToUri = bytes; break;
                    case 13: message.Src = bytes; message.HasSrc = true; break;
                    case 14: message.Dst = bytes; message.HasDst = true; break;
                    case 15: message.Data = bytes; message.HasData = true; break;
                    case 16: tooLong |= bytes.Length > limits.Tag; AddTag(ref message, record, new Range(wire.Position - bytes.Length, wire.Position)); break;
                    case 20: if (!ReadTagEvent(bytes, ref tag, ref operation)) return EventFailure.Malformed; kind = EventKind.Tag; break;
                    case 21: if (!IsMessage(bytes)) return EventFailure.Malformed; if (kind == EventKind.Message) kind = EventKind.Tick; break;
                    case 22: if (!ReadClose(bytes, ref close)) return EventFailure.Malformed; if (kind != EventKind.Tag) kind = EventKind.Close; break;
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
    private static bool ReadTagEvent(ReadOnlySpan<byte> bytes, ref TagMessage tag, ref int operation)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return false;
            if (field == 1 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var number)) return false;
                operation = (int)number;
            }
            else if (field == 2 && type == WireSpan.Bytes)
            {
                if (!wire.TryReadBytes(out var text) || !Utf8.IsValid(text)) return false;
                tag.Tag = text;
            }
            else if (field == 3 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var since)) return false;
                tag.SinceCSeq = (uint)since;
            }
            else if (!wire.TrySkip(field, type, depth: 1)) return false;
        }
        return true;
    }

    /// <summary>Merges into what an earlier close of the same record said, as protobuf does.</summary>
    private static bool ReadClose(ReadOnlySpan<byte> bytes, ref CloseMessage close)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return false;
            if (field == 1 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var since)) return false;
                close.SinceCSeq = (uint)since;
            }
            else if (field == 2 && type == WireSpan.Bytes)
            {
                if (!wire.TryReadBytes(out var text) || !Utf8.IsValid(text)) return false;
                close.ClosedBy = text;
            }
            else if (!wire.TrySkip(field, type, depth: 1)) return false;
        }
        return true;
    }

    /// <summary>Whether a field of sip_event.proto is a string.</summary>
    private static bool IsText(int field) => field is >= 1 and <= 4 or 7 or >= 9 and <= 16 or 18;

    /// <summary>Whether bytes are a message of any fields.</summary>
    private static bool IsMessage(ReadOnlySpan<byte> bytes)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
            if (!wire.TryReadTag(out var field, out var type) || !wire.TrySkip(field, type, depth: 1)) return false;
        return true;
    }

    private static void AddVia(ref SipMessage message, ReadOnlySpan<byte> branch)
    {
        if (message.Vias >= Bounds.Vias)
        {
            message.Overflow = true;
            return;
        }
        if (branch.Length > Bounds.BranchBytes)
        {
            branch = branch[..Bounds.BranchBytes];
            message.Overflow = true;
        }
        if (message.Vias == 0) message.Branch = branch;
        if (message.Vias == 1)
        {
            message.Parent = branch;
            message.HasParent = true;
        }
        message.Vias++;
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
