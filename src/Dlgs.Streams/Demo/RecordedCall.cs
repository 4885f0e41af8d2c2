using System.Reflection;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Demo;

/// <summary>A call of the recording that ships with the program: its events, and the dialogs that inspect has of it.</summary>
internal sealed record RecordedCall(string CallId, long StartMicros, TimeSpan Length, IReadOnlyList<SipEvent> Events, IReadOnlyList<Dialog> Outcome)
{
    /// <summary>The calls whose every dialog ended by evidence: those that a replay can end too.</summary>
    public static List<RecordedCall> Load()
    {
        var events = new Dictionary<string, List<SipEvent>>();
        using (var recording = new Recording(OpenResource(), new FieldLimits()))
        {
            while (recording.TryRead(out var frame))
            {
                while (recording.TryTake(ref frame, out var message))
                {
                    var sipEvent = SipEvents.ToEvent(message, frame.Message, frame.Proxy);
                    if (!events.TryGetValue(sipEvent.CallId, out var call)) events.Add(sipEvent.CallId, call = []);
                    call.Add(sipEvent);
                }
            }
        }
        using var again = new Recording(OpenResource(), new FieldLimits());
        var outcomes = Inspection.Of(again, expire: false).Dialogs().Select(d => d.ToRecord()).ToLookup(d => d.CallId);
        // Recorded one kind after the other; by their random names, at any time some of each are up.
        return [.. events.Where(call => outcomes[call.Key].Any() && outcomes[call.Key].All(IsOver)).OrderBy(call => call.Key, StringComparer.Ordinal)
            .Select(call => Make(call.Key, call.Value, [.. outcomes[call.Key]]))];
    }

    private static bool IsOver(Dialog dialog) => dialog.State is DialogState.Terminated or DialogState.NotAnswered && dialog.EndReason != EndReason.Expired;

    private static RecordedCall Make(string callId, List<SipEvent> events, IReadOnlyList<Dialog> outcome)
    {
        var (first, last) = (events.Min(e => e.TimeUnixUs), events.Max(e => e.TimeUnixUs));
        return new RecordedCall(callId, first, TimeSpan.FromMicroseconds(last - first), events, outcome);
    }

    private static MemoryStream OpenResource()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("calls.hep.gz")!;
        var copy = new MemoryStream();
        resource.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
