using System.Globalization;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests;

/// <summary>
/// A scenario as a table that a telephony engineer can review: one line a step: time, message, what the dialog then is.
/// <code>
/// 5s    200          answered
/// 66s   BYE a>x      terminated bye caller
/// 190s  tick         notanswered expired
/// </code>
/// Messages: METHOD or STATUS[/METHOD], then options: a&gt;x (From-tag and To-tag; default a, and x in replies but 100
/// and in requests inside the dialog), #2 (CSeq), via=p,u (branches, top first), se=90, at=4s (SIP time other than the
/// step's), src=, dst=, data=, from=, tag=.
/// CLOSE [FROM-TAG] [+SINCE] [by=NAME]. TAG +vip [of=FROM-TAG[/SINCE]].
/// A tick only moves the time; "see" does, and looks at the dialogs: <see cref="DialogView"/>.
/// Expectation: "-" no change, "full" (refused, no change), else state [reason] [status] [party] [settled rN],
/// several dialogs' changes separated by "|"; "@b" or "+2" names a dialog other than a/0.
/// </summary>
internal static class DialogScript
{
    public static readonly Lifetimes Lifetimes = new();

    public static void Check(string script, Bounds? bounds = null) => Run(new DialogStore(0, Lifetimes, bounds), script);

    public static void Run(DialogStore store, string script)
    {
        var offset = 0L;
        foreach (var line in script.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("//", StringComparison.Ordinal)) continue;
            var parts = line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.True(parts.Length >= 3, $"'{line}' needs time, message and expectation, two spaces apart.");
            var time = Milliseconds(parts[0]);
            var cause = new Cause(0, offset++);
            Assert.True(store.Advance(new LogTime(time * 1000), cause));
            var outcome = parts[1] is "tick" or "see" ? MergeOutcome.Known : Parse(parts[1], time).MergeInto(store, cause);
            var changes = string.Join(" | ", store.Changes.Select(Describe));
            if (outcome == MergeOutcome.Full && changes.Length == 0) changes = "full";
            var expected = parts[1] == "see" ? "-" : parts[2];
            Assert.True(Same(expected, changes), $"{line}\n  gave: {(changes.Length == 0 ? "-" : changes)}");
            if (parts[1] == "see") DialogView.Check(store, line, parts[2]);
            store.Commit();
        }
    }

    private static bool Same(string expected, string changes) => expected == "-" ? changes.Length == 0 : expected == changes;

    public static string Describe(DialogChange change)
    {
        var d = change.Dialog;
        var text = (d.Id.FromTag == "a" ? "" : $"@{d.Id.FromTag} ") + (d.Id.SinceCSeq == 0 ? "" : $"+{d.Id.SinceCSeq} ") + Lower(d.State);
        if (d.EndReason != EndReason.None) text += " " + Lower(d.EndReason);
        if (d.SipStatus != 0) text += " " + d.SipStatus.ToString(CultureInfo.InvariantCulture);
        if (d.EndedBy != Party.None) text += " " + Lower(d.EndedBy);
        if (d.ClosedBy.Length > 0) text += " by " + d.ClosedBy;
        if (d.ExpiredLifetime != Lifetime.None) text += " " + Lower(d.ExpiredLifetime);
        if (d.Adopted) text += " adopted";
        if (d.Settled) text += $" settled r{d.Revision}";
        return text;
    }

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    public static long Milliseconds(string time) =>
        (long)Math.Round(double.Parse(time.TrimEnd('s', 'm'), CultureInfo.InvariantCulture) * (time.EndsWith("ms", StringComparison.Ordinal) ? 1 : 1000));

    /// <summary>CLOSE [FROM-TAG] [+SINCE] [by=NAME].</summary>
    private static Message ParseClose(string[] words, long time)
    {
        var message = new Message { ClosedBy = "ops", Time = time };
        foreach (var option in words[1..])
            message = option.StartsWith("by=", StringComparison.Ordinal) ? message with { ClosedBy = option[3..] }
                : option.StartsWith("at=", StringComparison.Ordinal) ? message with { Time = Milliseconds(option[3..]) }
                : option[0] == '+' ? message with { Since = uint.Parse(option[1..], CultureInfo.InvariantCulture) } : message with { From = option };
        return message;
    }

    /// <summary>TAG +NAME or -NAME [of=FROM-TAG[/SINCE]].</summary>
    private static Message ParseTag(string[] words, long time)
    {
        var message = new Message { TagEvent = words[1], Time = time };
        foreach (var option in words[2..])
        {
            if (!option.StartsWith("of=", StringComparison.Ordinal)) throw new FormatException($"Unknown option '{option}'.");
            var dialog = option[3..].Split('/');
            message = message with { TagOf = dialog[0], TagSince = dialog.Length > 1 ? uint.Parse(dialog[1], CultureInfo.InvariantCulture) : null };
        }
        return message;
    }

    public static Message Parse(string text, long time)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (status, method) = (0, words[0]);
        if (char.IsAsciiDigit(method[0]))
        {
            var slash = method.IndexOf('/', StringComparison.Ordinal);
            status = int.Parse(slash < 0 ? method : method[..slash], CultureInfo.InvariantCulture);
            method = slash < 0 ? "INVITE" : method[(slash + 1)..];
        }
        if (method == "CLOSE") return ParseClose(words, time);
        if (method == "TAG") return ParseTag(words, time);
        var kind = Enum.TryParse<SipMethod>(method, ignoreCase: true, out var parsed) ? parsed : SipMethod.Other;
        var inside = status is 0 ? kind is SipMethod.Ack or SipMethod.Bye or SipMethod.Update : status != 100;
        var message = new Message { Method = kind, Status = status, Time = time, To = inside ? "x" : "" };
        foreach (var option in words[1..])
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var value = option[(equals + 1)..];
            message = option switch
            {
                _ when option.Contains('>', StringComparison.Ordinal) => message with { From = option.Split('>')[0], To = option.Split('>')[1] },
                ['#', ..] => message with { CSeq = uint.Parse(option[1..], CultureInfo.InvariantCulture) },
                _ => option[..equals] switch
                {
                    "via" => message with { Vias = value.Split(',') },
                    "se" => message with { SessionExpires = uint.Parse(value, CultureInfo.InvariantCulture) },
                    "at" => message with { Time = Milliseconds(value) },
                    "src" => message with { Src = value },
                    "dst" => message with { Dst = value },
                    "data" => message with { Data = value },
                    "tag" => message with { Tags = value.Split(',') },
                    "from" => message with { FromUri = value },
                    _ => throw new FormatException($"Unknown option '{option}'."),
                },
            };
        }
        return message;
    }
}
