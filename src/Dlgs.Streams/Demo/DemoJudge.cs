using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Demo;

/// <summary>
/// Holds what came out of the service against what inspect has of the same call:
/// state, reason, status, who hung up, times from the call's start.
/// </summary>
internal sealed class DemoJudge
{
    private readonly Dictionary<(string CallId, string FromTag, uint Since), DialogChange> last = [];

    public void Take(DialogChange change) => last[(change.CallId, change.FromTag, change.SinceCseq)] = change;

    /// <summary>What is wrong with a call; null: nothing.</summary>
    public string? Fault(DemoTraffic.Begun begun)
    {
        foreach (var expected in begun.Call.Outcome)
        {
            if (!last.TryGetValue((begun.CallId, expected.FromTag, expected.SinceCseq), out var got)) return $"{begun.CallId}: no such dialog";
            var shift = begun.StartMicros - begun.Call.StartMicros;
            if (got.State != expected.State) return $"{begun.CallId}: {got.State}, not {expected.State}";
            if (got.EndReason != expected.EndReason || got.SipStatus != expected.SipStatus || got.EndedBy != expected.EndedBy)
                return $"{begun.CallId}: {got.EndReason} {got.SipStatus} {got.EndedBy}, not {expected.EndReason} {expected.SipStatus} {expected.EndedBy}";
            if (!Same(got.InitTime, expected.InitTime, shift) || !Same(got.AnswerTime, expected.AnswerTime, shift)
                || !Same(got.FinishTime, expected.FinishTime, shift))
                return $"{begun.CallId}: other times than recorded";
        }
        return null;
    }

    private static bool Same(Timestamp? got, Timestamp? expected, long shiftMicros) =>
        got is null || expected is null
            ? got is null && expected is null
            : got.ToDateTimeOffset() == expected.ToDateTimeOffset().AddTicks(shiftMicros * TimeSpan.TicksPerMicrosecond);
}
