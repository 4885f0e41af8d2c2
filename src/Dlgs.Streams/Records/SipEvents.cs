using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Records;

/// <summary>A SIP message as the event that a proxy would publish, as an object, where speed does not matter.</summary>
internal static class SipEvents
{
    [ThreadStatic]
    private static SipEventWriter? writer;

    /// <summary>The event of a message, of whose text <paramref name="text"/> is the whole; <paramref name="proxy"/> saw it.</summary>
    public static SipEvent ToEvent(in SipMessage message, ReadOnlySpan<byte> text, string proxy, string callIdPrefix = "")
    {
        var sipEvent = SipEvent.Parser.ParseFrom((writer ??= new()).Write(message, text, Encoding.UTF8.GetBytes(proxy)));
        sipEvent.CallId = callIdPrefix + sipEvent.CallId;
        return sipEvent;
    }
}
