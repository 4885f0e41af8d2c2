using System.Globalization;
using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Dlgs.Streams.Tests.Records;

/// <summary>What a record says, as one line of text: by our reader, and by Google.Protobuf with the rules of the brief beside it.</summary>
internal static class EventView
{
    /// <summary>Limits have tests of their own.</summary>
    private static readonly FieldLimits Limits = new(int.MaxValue, int.MaxValue, int.MaxValue);

    public static string ByReader(byte[] record)
    {
        var failure = new SipEventReader(Limits).Read(record, out var kind, out var m, out var t, out var c);
        if (failure != EventFailure.None) return failure.ToString();
        if (kind == EventKind.Tick) return "tick";
        if (kind == EventKind.Unknown) return "unknown";
        if (kind == EventKind.Tag)
            return Line("tag", Text(t.CallId), t.HasFromTag ? Text(t.FromTag) : "every caller", t.SinceCSeq, Text(t.Tag), t.Remove, t.Time.Micros);
        if (kind == EventKind.Close) return Line("close", Text(c.CallId), Text(c.FromTag), c.SinceCSeq, Text(c.ClosedBy), c.Time.Micros);
        var tags = new List<string>();
        foreach (var range in m.Tags) tags.Add(Text(m.TagText[range]));
        return Line("message", Text(m.CallId), Text(m.FromTag), Text(m.ToTag), m.Method, m.Status, m.CSeq,
            Text(m.Branch), m.HasParent ? Text(m.Parent) : "top", m.Vias, m.Time.Micros, Text(m.Proxy), Text(m.FromUri), Text(m.ToUri),
            m.HasSrc ? Text(m.Src) : "none", m.HasDst ? Text(m.Dst) : "none", m.HasData ? Text(m.Data) : "none", m.SessionExpires,
            string.Join(' ', tags.Order(StringComparer.Ordinal)), m.Overflow);
    }

    /// <summary>Strings that are not UTF-8 are read as Latin-1 before; by Google's own streams, so that nothing of ours judges itself.</summary>
    public static string ByProtobuf(byte[] record)
    {
        if ((Parse(record) ?? ParseInUtf8(record)) is not { } e) return nameof(EventFailure.Malformed);
        if (e.TagEvent is null && e.Close is null && e.Tick is not null) return "tick";
        if (e.CallId.Length == 0) return nameof(EventFailure.NoCallId);
        if (e.TagEvent is { } tag) return TagLine(e, tag);
        return e.Close is { } close ? Line("close", e.CallId, e.FromTag, close.SinceCseq, close.ClosedBy, e.TimeUnixUs) : MessageLine(e);
    }

    private static SipEvent? Parse(byte[] record)
    {
        try
        {
            return SipEvent.Parser.ParseFrom(record);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static SipEvent? ParseInUtf8(byte[] record)
    {
        try
        {
            return SipEvent.Parser.ParseFrom(InUtf8(record, SipEvent.Descriptor));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static byte[] InUtf8(byte[] record, MessageDescriptor type)
    {
        var input = new CodedInputStream(record);
        using var mended = new MemoryStream();
        var (start, depth) = (0, 0);
        for (uint tag; (tag = input.ReadTag()) != 0; start = (int)input.Position)
        {
            var value = Take(input, WireFormat.GetTagWireType(tag), ref depth);
            var field = depth == 0 && value is not null ? type.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag)) : null;
            byte[]? better = field?.FieldType switch
            {
                FieldType.String when !System.Text.Unicode.Utf8.IsValid(value) => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(value!)),
                FieldType.Message => InUtf8(value!, field.MessageType),
                _ => null,
            };
            if (better is null) mended.Write(record.AsSpan(start, (int)input.Position - start));
            else mended.Write(Field(tag, better));
        }
        return mended.ToArray();
    }

    /// <summary>The value of a field that has a length. Of a group its tags are fields.</summary>
    private static byte[]? Take(CodedInputStream input, WireFormat.WireType type, ref int depth)
    {
        switch (type)
        {
            case WireFormat.WireType.LengthDelimited: return input.ReadBytes().ToByteArray();
            case WireFormat.WireType.StartGroup: depth++; break;
            case WireFormat.WireType.EndGroup: depth--; break;
            case WireFormat.WireType.Varint: input.ReadUInt64(); break;
            case WireFormat.WireType.Fixed64: input.ReadFixed64(); break;
            case WireFormat.WireType.Fixed32: input.ReadFixed32(); break;
            default: break;
        }
        return null;
    }

    private static byte[] Field(uint tag, byte[] value)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(tag);
            output.WriteBytes(ByteString.CopyFrom(value));
        }
        return stream.ToArray();
    }

    private static string TagLine(SipEvent e, TagEvent t)
    {
        if (t.Tag.Length == 0 || t.Operation == TagEvent.Types.Operation.Unspecified) return nameof(EventFailure.BadTagEvent);
        if (!Enum.IsDefined(t.Operation)) return "unknown";
        return Line("tag", e.CallId, e.FromTag.Length > 0 || t.HasSinceCseq ? e.FromTag : "every caller",
            t.HasSinceCseq ? t.SinceCseq : null, t.Tag, t.Operation == TagEvent.Types.Operation.Remove, e.TimeUnixUs);
    }

    private static string MessageLine(SipEvent e)
    {
        if (e.Method.Length == 0) return nameof(EventFailure.NoMethod);
        if (e.Status != 0 && e.Status is < 100 or > 699) return nameof(EventFailure.StatusOutOfRange);
        if (e.Cseq > int.MaxValue) return nameof(EventFailure.CSeqOutOfRange);
        var branches = e.ViaBranches.Take(Bounds.Vias).Select(branch => Cut(branch)).ToArray();
        var tags = e.Tags.Where(tag => tag.Length > 0).Distinct().Order(StringComparer.Ordinal).ToArray();
        var overflow = e.ViaBranches.Count > Bounds.Vias || branches.Any(b => b.IsCut) || tags.Length > Bounds.Tags;
        return Line("message", e.CallId, e.FromTag, e.ToTag, SipMethods.Find(Encoding.UTF8.GetBytes(e.Method)), e.Status, e.Cseq,
            branches.Length > 0 ? branches[0].Text : "", branches.Length > 1 ? branches[1].Text : "top", Math.Max(1, branches.Length),
            e.TimeUnixUs, e.Proxy, e.FromUri, e.ToUri,
            e.HasSrc ? e.Src : "none", e.HasDst ? e.Dst : "none", e.HasData ? e.Data : "none", e.SessionExpires,
            string.Join(' ', tags.Take(Bounds.Tags)), overflow);
    }

    private static (string Text, bool IsCut) Cut(string branch)
    {
        var bytes = Encoding.UTF8.GetBytes(branch);
        return bytes.Length <= Bounds.BranchBytes ? (branch, false) : (Text(bytes.AsSpan(0, Bounds.BranchBytes)), true);
    }

    private static string Line(params object?[] fields) => string.Join('|', fields.Select(field => Convert.ToString(field, CultureInfo.InvariantCulture)));

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
