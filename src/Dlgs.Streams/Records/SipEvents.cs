using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Records;

/// <summary>A SIP message as the event that a proxy would publish.</summary>
internal static class SipEvents
{
    /// <summary>The event of a message, of whose text <paramref name="text"/> is the whole; <paramref name="proxy"/> saw it.</summary>
    public static SipEvent ToEvent(in SipMessage message, ReadOnlySpan<byte> text, string proxy, string callIdPrefix = "")
    {
        var sipEvent = new SipEvent
        {
            CallId = callIdPrefix + Text(message.CallId),
            FromTag = Text(message.FromTag),
            ToTag = Text(message.ToTag),
            Status = (uint)message.Status,
            Cseq = message.CSeq,
            TimeUnixUs = message.Time.Micros,
            Proxy = proxy,
            FromUri = Text(message.FromUri),
            ToUri = Text(message.ToUri),
            SessionExpires = message.SessionExpires,
        };
        if (message.HasSrc) sipEvent.Src = Text(message.Src);
        if (message.HasDst) sipEvent.Dst = Text(message.Dst);
        if (message.HasData) sipEvent.Data = Text(message.Data);
        foreach (var tag in message.Tags) sipEvent.Tags.Add(Text(message.TagText[tag]));
        AddFromFields(sipEvent, text);
        return sipEvent;
    }

    /// <summary>
    /// What a SipMessage has no need of: the method's name where it is none of ours, every Via, and those as they are.
    /// One beyond the bound says that there are more.
    /// </summary>
    private static void AddFromFields(SipEvent sipEvent, ReadOnlySpan<byte> message)
    {
        var fields = new SipFields(message.TrimStart("\r\n"u8));
        while (fields.MoveNext())
        {
            if (fields.Header == SipHeader.CSeq && sipEvent.Method.Length == 0)
            {
                var value = fields.Value;
                SipText.TakeWord(ref value);
                sipEvent.Method = Text(SipText.TakeWord(ref value)).ToUpperInvariant();
            }
            if (fields.Header != SipHeader.Via) continue;
            var vias = new SipVias(fields.Value);
            while (sipEvent.ViaBranches.Count <= Bounds.Vias && vias.MoveNext()) sipEvent.ViaBranches.Add(Text(vias.Branch));
        }
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
