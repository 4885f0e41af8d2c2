using System.Text;
using System.Text.Unicode;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Sip;

/// <summary>
/// Reads the first SIP message of a datagram (RFC 3261 7, 25.1): only the header fields that tracking needs, in any of their clothes. What
/// was cut behind them loses nothing. Spans of the result point into the datagram; nothing is allocated, nothing throws, and the time is
/// linear in the bytes.
/// </summary>
internal static class SipReader
{
    public static SipFailure Read(ReadOnlySpan<byte> datagram, FieldLimits limits, out SipMessage message)
    {
        message = default;
        var failure = ReadStartLine(datagram, out message.Status, out var method, out var header);
        if (failure != SipFailure.None) return failure;

        var fields = new SipFields(header);
        ReadOnlySpan<byte> cseqMethod = default;
        var (hasFrom, hasTo, hasCSeq) = (false, false, false);
        // Where a header field that may stand only once stands twice, the first counts.
        while (failure == SipFailure.None && fields.MoveNext())
        {
            switch (fields.Header)
            {
                case SipHeader.Via: failure = ReadVias(fields.Value, ref message); break;
                case SipHeader.From when !hasFrom: hasFrom = TryReadAddress(fields.Value, out message.FromUri, out message.FromTag, out failure); break;
                case SipHeader.To when !hasTo: hasTo = TryReadAddress(fields.Value, out message.ToUri, out message.ToTag, out failure); break;
                case SipHeader.CallId when message.CallId.IsEmpty: message.CallId = fields.Value; break;
                case SipHeader.CSeq when !hasCSeq: hasCSeq = TryReadCSeq(fields.Value, out message.CSeq, out cseqMethod, out failure); break;
                case SipHeader.SessionExpires: ReadSessionExpires(fields.Value, fields.IsCut, ref message); break;
                default: break;
            }
            if (fields.IsCut && SaysLess(fields.Header)) return SipFailure.Truncated;
        }
        if (failure == SipFailure.None) failure = Conclude(ref message, hasFrom, hasTo, hasCSeq, method, cseqMethod);
        var isMissing = failure is SipFailure.NoVia or SipFailure.NoFrom or SipFailure.NoTo
            or SipFailure.NoCallId or SipFailure.NoCSeq or SipFailure.MethodMismatch;
        if (fields.IsCut && (isMissing || fields.Header == SipHeader.CSeq && message.Method == SipMethod.Other)) return SipFailure.Truncated;
        return failure == SipFailure.None ? Check(message, limits) : failure;
    }

    /// <summary>A number that ends with the text may have been longer.</summary>
    private static void ReadSessionExpires(ReadOnlySpan<byte> value, bool isCut, scoped ref SipMessage message)
    {
        if (SipText.TryReadNumber(value, out var seconds, out var digits) && (!isCut || digits < value.Length)) message.SessionExpires = seconds;
    }

    /// <summary>
    /// Whether a header field may say less, or something else, where its end is missing: a To without its tag, half a branch. Of a CSeq the
    /// number is whole where a method follows, and a part of a method's name is none.
    /// </summary>
    private static bool SaysLess(SipHeader header) => header is SipHeader.Via or SipHeader.From or SipHeader.To or SipHeader.CallId;

    private static SipFailure Conclude(
        scoped ref SipMessage m, bool hasFrom, bool hasTo, bool hasCSeq, ReadOnlySpan<byte> method, ReadOnlySpan<byte> cseqMethod)
    {
        if (!hasCSeq) return SipFailure.NoCSeq;
        if (m.IsRequest && !Ascii.EqualsIgnoreCase(method, cseqMethod)) return SipFailure.MethodMismatch;
        if (!hasFrom) return SipFailure.NoFrom;
        if (!hasTo) return SipFailure.NoTo;
        if (m.CallId.IsEmpty) return SipFailure.NoCallId;
        if (m.Vias == 0) return SipFailure.NoVia;
        m.Method = SipMethods.Find(cseqMethod);
        return m.Method != SipMethod.Other || Utf8.IsValid(cseqMethod) ? SipFailure.None : SipFailure.NotUtf8;
    }

    /// <summary>What follows the start line is the header.</summary>
    private static SipFailure ReadStartLine(ReadOnlySpan<byte> datagram, out int status, out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> header)
    {
        status = 0;
        // RFC 3261 7.5: CRLFs before the start line are ignored.
        var line = datagram.TrimStart("\r\n"u8);
        var end = line.IndexOf((byte)'\n');
        header = end < 0 ? default : line[(end + 1)..];
        line = SipText.Trim(end < 0 ? line : line[..end]);
        method = SipText.TakeWord(ref line);
        if (!Ascii.EqualsIgnoreCase(method, "SIP/2.0"u8))
        {
            var space = line.LastIndexOfAny((byte)' ', (byte)'\t');
            return space > 0 && Ascii.EqualsIgnoreCase(line[(space + 1)..], "SIP/2.0"u8) ? SipFailure.None : SipFailure.NotSip;
        }
        var code = SipText.TakeWord(ref line);
        if (code.IsEmpty || code.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return SipFailure.NotSip;
        if (!SipText.TryReadNumber(code, out var number, out _) || number is < 100 or > 699) return SipFailure.StatusOutOfRange;
        status = (int)number;
        return SipFailure.None;
    }

    private static bool TryReadCSeq(ReadOnlySpan<byte> value, out uint cseq, out ReadOnlySpan<byte> method, out SipFailure failure)
    {
        cseq = 0;
        var number = SipText.TakeWord(ref value);
        method = SipText.TakeWord(ref value);
        failure = number.IsEmpty || number.ContainsAnyExceptInRange((byte)'0', (byte)'9') || method.IsEmpty || !value.IsEmpty ? SipFailure.NoCSeq
            : !SipText.TryReadNumber(number, out cseq, out _) || cseq > int.MaxValue ? SipFailure.CSeqOutOfRange
            : SipFailure.None;
        return failure == SipFailure.None;
    }

    private static SipFailure ReadVias(ReadOnlySpan<byte> value, scoped ref SipMessage message)
    {
        var vias = new SipVias(value);
        while (vias.MoveNext())
        {
            if (message.Vias < Bounds.Vias && !Utf8.IsValid(vias.Branch)) return SipFailure.NotUtf8;
            if (!message.AddVia(vias.Branch)) return SipFailure.None;
        }
        return vias.IsUnclosed ? SipFailure.Unclosed : SipFailure.None;
    }

    /// <summary>name-addr or addr-spec: without angle brackets a semicolon ends the URI (RFC 3261 20.10). A tag in the brackets is the URI's own.</summary>
    private static bool TryReadAddress(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> tag, out SipFailure failure)
    {
        tag = default;
        failure = SipFailure.Unclosed;
        if (!SipText.TryTakeBrackets(ref value, out uri, out var inBrackets)
            || !SipText.TryTake(ref value, (byte)';', out var before)
            || !SipText.TryFindParameter(value, "tag"u8, out tag)) return false;
        uri = SipText.Trim(inBrackets ? uri : before);
        failure = SipFailure.None;
        return true;
    }

    private static SipFailure Check(scoped in SipMessage m, FieldLimits limits)
    {
        if (m.CallId.Length > limits.CallId || m.FromTag.Length > limits.Tag || m.ToTag.Length > limits.Tag
            || m.FromUri.Length > limits.Text || m.ToUri.Length > limits.Text) return SipFailure.FieldTooLong;
        return Utf8.IsValid(m.CallId) && Utf8.IsValid(m.FromTag) && Utf8.IsValid(m.ToTag) && Utf8.IsValid(m.FromUri) && Utf8.IsValid(m.ToUri)
            ? SipFailure.None : SipFailure.NotUtf8;
    }
}
