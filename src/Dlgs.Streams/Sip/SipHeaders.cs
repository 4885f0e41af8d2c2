using System.Text;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Sip;

/// <summary>The header fields that tracking needs, and the one that tells messages of a stream apart.</summary>
internal enum SipHeader
{
    Other = 0,
    Via,
    From,
    To,
    CallId,
    CSeq,
    SessionExpires,
    ContentLength,
}

/// <summary>Header field names, long and compact (RFC 3261 7.3.3, RFC 4028 4), in any case.</summary>
internal static class SipHeaders
{
    public static SipHeader Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => (name[0] | 0x20) switch
        {
            'v' => SipHeader.Via,
            'f' => SipHeader.From,
            't' => SipHeader.To,
            'i' => SipHeader.CallId,
            'x' => SipHeader.SessionExpires,
            'l' => SipHeader.ContentLength,
            _ => SipHeader.Other,
        },
        2 when Ascii.EqualsIgnoreCase(name, "To"u8) => SipHeader.To,
        3 when Ascii.EqualsIgnoreCase(name, "Via"u8) => SipHeader.Via,
        4 when Ascii.EqualsIgnoreCase(name, "From"u8) => SipHeader.From,
        4 when Ascii.EqualsIgnoreCase(name, "CSeq"u8) => SipHeader.CSeq,
        7 when Ascii.EqualsIgnoreCase(name, "Call-ID"u8) => SipHeader.CallId,
        14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8) => SipHeader.ContentLength,
        15 when Ascii.EqualsIgnoreCase(name, "Session-Expires"u8) => SipHeader.SessionExpires,
        _ => SipHeader.Other,
    };
}

/// <summary>Method names, in any case.</summary>
internal static class SipMethods
{
    public static SipMethod Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when Ascii.EqualsIgnoreCase(name, "ACK"u8) => SipMethod.Ack,
        3 when Ascii.EqualsIgnoreCase(name, "BYE"u8) => SipMethod.Bye,
        6 when Ascii.EqualsIgnoreCase(name, "INVITE"u8) => SipMethod.Invite,
        6 when Ascii.EqualsIgnoreCase(name, "CANCEL"u8) => SipMethod.Cancel,
        6 when Ascii.EqualsIgnoreCase(name, "UPDATE"u8) => SipMethod.Update,
        _ => SipMethod.Other,
    };

    /// <summary>The name of a method that has a fact; empty for the others.</summary>
    public static ReadOnlySpan<byte> Name(SipMethod method) => method switch
    {
        SipMethod.Other => default,
        SipMethod.Invite => "INVITE"u8,
        SipMethod.Ack => "ACK"u8,
        SipMethod.Cancel => "CANCEL"u8,
        SipMethod.Bye => "BYE"u8,
        SipMethod.Update => "UPDATE"u8,
    };
}
