using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Ingest;

/// <summary>A SIP message as the event that a proxy would publish.</summary>
internal static class SipEvents
{
    public static SipEvent ToEvent(in SipMessage message, string proxy, string callIdPrefix = "")
    {
        var sipEvent = new SipEvent
        {
            CallId = callIdPrefix + Text(message.CallId),
            FromTag = Text(message.FromTag),
            ToTag = Text(message.ToTag),
            // What no state depends on needs no name.
            Method = SipMethods.Name(message.Method) ?? "OTHER",
            Status = (uint)message.Status,
            Cseq = message.CSeq,
            TimeUnixUs = message.Time.Micros,
            Proxy = proxy,
            FromUri = Text(message.FromUri),
            ToUri = Text(message.ToUri),
            SessionExpires = message.SessionExpires,
        };
        sipEvent.ViaBranches.Add(Text(message.Branch));
        if (message.HasParent) sipEvent.ViaBranches.Add(Text(message.Parent));
        // Below the second, only their number counts.
        for (var i = 2; i < message.Vias; i++) sipEvent.ViaBranches.Add("");
        return sipEvent;
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
