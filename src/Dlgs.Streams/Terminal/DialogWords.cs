using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>What a person reads of a dialog, in words; not yet plain text.</summary>
internal static class DialogWords
{
    /// <summary>A finished dialog's reason: "Bye by Caller", "Rejected 486".</summary>
    public static string Why(EndReason reason, Party by, uint status, Lifetime expired)
    {
        if (reason == EndReason.Unspecified) return "";
        var who = by == Party.Unspecified ? "" : $" by {by}";
        return $"{reason}{who}{(status == 0 ? "" : $" {status}")}{(expired == Lifetime.Unspecified ? "" : $" ({expired})")}";
    }

    public static string Why(DialogChange change) => Why(change.EndReason, change.EndedBy, change.SipStatus, change.ExpiredLifetime);

    public static string State(DialogState state) => state == DialogState.Unspecified ? "" : state.ToString();

    public static Style Look(DialogState state) => new(state switch
    {
        DialogState.Unspecified or DialogState.Init => Color.Grey,
        DialogState.Progress => Color.Yellow,
        DialogState.Answered or DialogState.Confirmed => Color.Green,
        DialogState.Terminated => Color.Blue,
        DialogState.NotAnswered => Color.Red,
    });

    /// <summary>The caller's From-tag; of the second answered call of the two, and so on, with the CSeq that it began with.</summary>
    public static string Caller(string fromTag, uint sinceCseq) =>
        sinceCseq == 0 ? fromTag : string.Create(CultureInfo.InvariantCulture, $"{fromTag} +{sinceCseq}");

    public static string Time(Timestamp? time) => time?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Hours, however many.</summary>
    public static string Talk(TimeSpan? talk) =>
        talk is { } time ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss\\.fff}") : "";

    /// <summary>A change as one line.</summary>
    public static string Line(DialogChange c)
    {
        var why = Why(c) is { Length: > 0 } reason ? ", " + reason : "";
        var settled = c.Settled ? $", settled, revision {c.Revision}" : "";
        var from = c.PreviousState == DialogState.Unspecified || c.Settled ? "" : $"{c.PreviousState} -> ";
        return $"{c.LogTime.ToDateTimeOffset():HH:mm:ss.fff} {c.CallId} {c.Src} > {c.Dst}: {from}{c.State}{why}{settled}";
    }
}
