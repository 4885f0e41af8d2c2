using System.Globalization;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests;

/// <summary>
/// What a step "see" of a <see cref="DialogScript"/> finds: of each dialog of the Call, those that left included, the fields that the
/// expectation names, "|" between dialogs, "none" for none of them.
/// <code>
/// 65s   see   to=x init=0s answer=5s finish=65s attempts=1 legs=x:1:5s-65s
/// </code>
/// Times are SIP times, "-" for none. A leg is TO-TAG:CSEQ:ANSWER-END, with "!" behind an answer that nobody acknowledged.
/// </summary>
internal static class DialogView
{
    public static void Check(DialogStore store, string line, string expectation)
    {
        var dialogs = store.DialogsOf("call"u8);
        var expected = expectation == "none" ? [] : expectation.Split('|', StringSplitOptions.TrimEntries);
        Assert.True(expected.Length == dialogs.Count, $"{line}\n  has {dialogs.Count} dialogs.");
        for (var i = 0; i < expected.Length; i++)
        {
            var found = string.Join(' ', expected[i].Split(' ').Select(word => word[..word.IndexOf('=', StringComparison.Ordinal)])
                .Select(field => $"{field}={Field(dialogs[i], field)}"));
            Assert.True(expected[i] == found, $"{line}\n  has: {found}");
        }
    }

    private static string Field(Dialog dialog, string field) => field switch
    {
        "of" => dialog.Id.FromTag,
        "since" => dialog.Id.SinceCSeq.ToString(CultureInfo.InvariantCulture),
        "state" => dialog.State.ToString().ToLowerInvariant(),
        "to" => dialog.ToTag,
        "init" => Time(dialog.InitTime),
        "ring" => Time(dialog.RingTime),
        "answer" => Time(dialog.AnswerTime),
        "finish" => Time(dialog.FinishTime),
        "last" => Time(dialog.LastSeen),
        "attempts" => dialog.Attempts.ToString(CultureInfo.InvariantCulture),
        "legs" => string.Join(',', dialog.Legs.Select(Leg)),
        "src" => dialog.Src,
        "dst" => dialog.Dst,
        "data" => dialog.Data,
        "tags" => string.Join(',', dialog.Tags),
        "by" => dialog.ClosedBy,
        "adopted" => dialog.Adopted ? "yes" : "no",
        "duration" => dialog.DurationMicros is { } micros ? (micros / 1e6).ToString(CultureInfo.InvariantCulture) + "s" : "-",
        "overflow" => dialog.Overflow ? "yes" : "no",
        _ => throw new FormatException($"Unknown field '{field}'."),
    };

    private static string Leg(Leg leg) =>
        $"{leg.ToTag}:{leg.CSeq.ToString(CultureInfo.InvariantCulture)}:{Time(leg.AnswerTime)}{(leg.Acknowledged ? "" : "!")}-"
            + (leg.EndTime is { } end ? Time(end) : "");

    private static string Time(SipTime? time) => time is { } at ? (at.Micros / 1e6).ToString(CultureInfo.InvariantCulture) + "s" : "-";
}
