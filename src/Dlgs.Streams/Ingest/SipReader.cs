using System.Text;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Ingest;

/// <summary>
/// Reads the first SIP message of a datagram (RFC 3261 7, 25.1): only the header fields that tracking needs, in any of their clothes. Spans of
/// the result point into the datagram; nothing is allocated and nothing throws.
/// </summary>
internal static class SipReader
{
    public static SipFailure Read(ReadOnlySpan<byte> datagram, FieldLimits limits, out SipMessage message)
    {
        message = default;
        // RFC 3261 7.5: CRLFs before the start line are ignored.
        var rest = datagram.TrimStart("\r\n"u8);
        var failure = ReadStartLine(TakeLine(ref rest), ref message, out var method);
        if (failure != SipFailure.None) return failure;

        ReadOnlySpan<byte> cseqMethod = default;
        var hasCSeq = false;
        while (!rest.IsEmpty)
        {
            var field = TakeField(ref rest);
            if (field.IsEmpty) break;
            var colon = field.IndexOf((byte)':');
            if (colon < 0) continue;
            var value = SipText.Trim(field[(colon + 1)..]);
            switch (SipHeaders.Find(SipText.Trim(field[..colon])))
            {
                case SipHeader.Via: ReadVias(value, ref message); break;
                case SipHeader.CallId: if (message.CallId.IsEmpty) message.CallId = value; break;
                case SipHeader.From: if (message.FromUri.IsEmpty) ReadAddress(value, out message.FromUri, out message.FromTag); break;
                case SipHeader.To: if (message.ToUri.IsEmpty) ReadAddress(value, out message.ToUri, out message.ToTag); break;
                case SipHeader.SessionExpires: SipText.TryReadNumber(value, out message.SessionExpires, out _); break;
                case SipHeader.CSeq when !hasCSeq:
                    failure = ReadCSeq(value, out message.CSeq, out cseqMethod);
                    if (failure != SipFailure.None) return failure;
                    hasCSeq = true;
                    break;
                case SipHeader.CSeq or SipHeader.Other: break;
            }
        }
        if (!hasCSeq) return SipFailure.NoCSeq;
        return Conclude(ref message, method, cseqMethod, limits);
    }

    private static SipFailure Conclude(scoped ref SipMessage message, ReadOnlySpan<byte> method, ReadOnlySpan<byte> cseqMethod, FieldLimits limits)
    {
        if (message.IsRequest && !Ascii.EqualsIgnoreCase(method, cseqMethod)) return SipFailure.MethodMismatch;
        if (message.CallId.IsEmpty) return SipFailure.NoCallId;
        if (message.CallId.Length > limits.CallId || message.FromTag.Length > limits.Tag || message.ToTag.Length > limits.Tag
            || message.FromUri.Length > limits.Text || message.ToUri.Length > limits.Text) return SipFailure.FieldTooLong;
        message.Method = SipMethods.Find(cseqMethod);
        // A missing branch is the empty one, a branch like any other.
        if (message.Vias == 0) message.Vias = 1;
        return SipFailure.None;
    }

    private static SipFailure ReadStartLine(ReadOnlySpan<byte> line, scoped ref SipMessage message, out ReadOnlySpan<byte> method)
    {
        method = default;
        var first = SipText.TakeWord(ref line);
        if (Ascii.EqualsIgnoreCase(first, "SIP/2.0"u8))
        {
            var code = SipText.TakeWord(ref line);
            if (code.Length != 3 || !SipText.TryReadNumber(code, out var status, out var length) || length != 3) return SipFailure.NotSip;
            message.Status = (int)status;
            return status is >= 100 and <= 699 ? SipFailure.None : SipFailure.StatusOutOfRange;
        }
        method = first;
        var space = line.LastIndexOfAny((byte)' ', (byte)'\t');
        return first.IsEmpty || space < 0 || !Ascii.EqualsIgnoreCase(line[(space + 1)..], "SIP/2.0"u8) ? SipFailure.NotSip : SipFailure.None;
    }

    private static SipFailure ReadCSeq(ReadOnlySpan<byte> value, out uint cseq, out ReadOnlySpan<byte> method)
    {
        cseq = 0;
        method = default;
        var number = SipText.TakeWord(ref value);
        if (number.IsEmpty || number.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return SipFailure.NoCSeq;
        if (!SipText.TryReadNumber(number, out cseq, out _) || cseq > int.MaxValue) return SipFailure.CSeqOutOfRange;
        method = SipText.TakeWord(ref value);
        return method.IsEmpty ? SipFailure.NoCSeq : SipFailure.None;
    }

    private static void ReadVias(ReadOnlySpan<byte> value, ref SipMessage message)
    {
        while (!value.IsEmpty)
        {
            var via = SipText.TakeUntil(ref value, (byte)',');
            if (SipText.Trim(via).IsEmpty) continue;
            if (message.Vias >= Bounds.Vias)
            {
                message.Overflow = true;
                return;
            }
            SipText.TakeUntil(ref via, (byte)';');
            var branch = SipText.FindParameter(via, "branch"u8);
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
    }

    /// <summary>name-addr or addr-spec: without angle brackets a semicolon ends the URI (RFC 3261 20.10).</summary>
    private static void ReadAddress(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> tag)
    {
        var open = SipText.IndexOutsideQuotes(value, (byte)'<');
        if (open < 0)
        {
            uri = SipText.Trim(SipText.TakeUntil(ref value, (byte)';'));
        }
        else
        {
            value = value[(open + 1)..];
            var close = value.IndexOf((byte)'>');
            uri = SipText.Trim(close < 0 ? value : value[..close]);
            value = close < 0 ? default : value[(close + 1)..];
            SipText.TakeUntil(ref value, (byte)';');
        }
        tag = SipText.FindParameter(value, "tag"u8);
    }

    private static ReadOnlySpan<byte> TakeLine(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    /// <summary>One header field with its folded lines (RFC 3261 7.3.1: a line that begins with white space goes on with the one before).</summary>
    private static ReadOnlySpan<byte> TakeField(scoped ref ReadOnlySpan<byte> rest)
    {
        var all = rest;
        var line = TakeLine(ref rest);
        if (line.IsEmpty) return default;
        while (!rest.IsEmpty && (rest[0] is (byte)' ' or (byte)'\t')) TakeLine(ref rest);
        return all[..(all.Length - rest.Length)].TrimEnd("\r\n"u8);
    }
}
