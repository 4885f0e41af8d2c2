using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Ingest;

namespace Dlgs.Streams.Kafka;

/// <summary>Why a record is no usable event. These names are counted, logged and written to the dead letter.</summary>
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
    /// <summary>A tag event without a tag, or with an unknown operation.</summary>
    BadTagEvent,
}

/// <summary>Which kind of event a record is.</summary>
internal enum EventKind
{
    Message,
    Tag,
    Tick,
}

/// <summary>
/// Reads a SipEvent in the protobuf wire format into Core's messages without allocating: the one place where our own code beats the library.
/// Fields of newer producers are skipped; of a field that stands twice the last counts, as protobuf has it; a test holds it to Google.Protobuf.
/// </summary>
internal sealed class SipEventReader(FieldLimits limits)
{
    private readonly Range[] tags = new Range[Bounds.Tags];
    private byte[] tagText = new byte[256];
    private int tagCount;

    public EventFailure Read(ReadOnlySpan<byte> record, out EventKind kind, out SipMessage message, out TagMessage tag)
    {
        message = default;
        tag = default;
        kind = EventKind.Message;
        tagCount = 0;
        ulong cseq = 0;
        // An operation that is not there is none that we know.
        var (tooLong, badTag) = (false, EventFailure.BadTagEvent);
        ReadOnlySpan<byte> method = default;
        var wire = new WireSpan(record);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return EventFailure.Malformed;
            if (type == WireSpan.Bytes && field is >= 1 and <= 21)
            {
                if (!wire.TryReadBytes(out var bytes)) return EventFailure.Malformed;
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
                    case 16: AddTag(ref message, bytes, ref tooLong); break;
                    case 20: if (!ReadTagEvent(bytes, ref tag, ref badTag)) return EventFailure.Malformed; kind = EventKind.Tag; break;
                    case 21: if (kind != EventKind.Tag) kind = EventKind.Tick; break;
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
        if (kind == EventKind.Tag)
        {
            tag.CallId = message.CallId;
            tag.FromTag = message.FromTag;
            tag.HasFromTag = !message.FromTag.IsEmpty || tag.SinceCSeq is not null;
            tag.Time = message.Time;
            return tag.Tag.IsEmpty ? EventFailure.BadTagEvent : tag.Tag.Length > limits.Tag ? EventFailure.FieldTooLong : badTag;
        }
        return Conclude(ref message, method, cseq);
    }

    private EventFailure Conclude(scoped ref SipMessage message, ReadOnlySpan<byte> method, ulong cseq)
    {
        if (method.IsEmpty) return EventFailure.NoMethod;
        if (message.Status != 0 && message.Status is < 100 or > 699) return EventFailure.StatusOutOfRange;
        if (cseq > int.MaxValue) return EventFailure.CSeqOutOfRange;
        if (message.ToTag.Length > limits.Tag || message.FromUri.Length > limits.Text || message.ToUri.Length > limits.Text
            || message.Src.Length > limits.Text || message.Dst.Length > limits.Text || message.Data.Length > limits.Text) return EventFailure.FieldTooLong;
        message.CSeq = (uint)cseq;
        message.Method = SipMethods.Find(method);
        if (message.Vias == 0) message.Vias = 1;
        if (tagCount == 0) return EventFailure.None;
        message.TagText = tagText;
        message.Tags = tags.AsSpan(0, tagCount);
        return EventFailure.None;
    }

    /// <summary>Merges into what an earlier tag_event of the same record said, as protobuf does. An operation of a newer producer is refused by name.</summary>
    private static bool ReadTagEvent(ReadOnlySpan<byte> bytes, ref TagMessage tag, ref EventFailure failure)
    {
        var wire = new WireSpan(bytes);
        while (!wire.IsAtEnd)
        {
            if (!wire.TryReadTag(out var field, out var type)) return false;
            if (field == 1 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var operation)) return false;
                failure = (int)operation is 1 or 2 ? EventFailure.None : EventFailure.BadTagEvent;
                tag.Remove = (int)operation == 2;
            }
            else if (field == 2 && type == WireSpan.Bytes)
            {
                if (!wire.TryReadBytes(out var text)) return false;
                tag.Tag = text;
            }
            else if (field == 3 && type == WireSpan.Varint)
            {
                if (!wire.TryReadVarint(out var since)) return false;
                tag.SinceCSeq = (uint)since;
            }
            else if (!wire.TrySkip(field, type)) return false;
        }
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

    /// <summary>Tags are rare: they are copied, so that a message has them side by side.</summary>
    private void AddTag(scoped ref SipMessage message, ReadOnlySpan<byte> tag, ref bool tooLong)
    {
        tooLong |= tag.Length > limits.Tag;
        message.Overflow |= tagCount == tags.Length;
        if (tooLong || tagCount == tags.Length) return;
        var start = tagCount == 0 ? 0 : tags[tagCount - 1].End.Value;
        if (start + tag.Length > tagText.Length) Array.Resize(ref tagText, 2 * (start + tag.Length));
        tag.CopyTo(tagText.AsSpan(start));
        tags[tagCount++] = new Range(start, start + tag.Length);
    }
}
