using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Demo;

/// <summary>What to try, the latest changes and the totals: a live picture on a terminal, that stays on one screen; lines elsewhere.</summary>
internal sealed class DemoBoard(DemoOutcome outcome, string[] hints, TimeProvider time)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PictureInterval = TimeSpan.FromMilliseconds(250);

    public void Follow(ChangeReader reader, bool isPlain, CancellationToken cancellation)
    {
        foreach (var hint in hints) Output.Line(hint);
        if (isPlain) FollowInLines(reader, cancellation);
        else FollowInPicture(reader, cancellation);
    }

    private void FollowInLines(ChangeReader reader, CancellationToken cancellation)
    {
        var last = "";
        while (!cancellation.IsCancellationRequested)
        {
            TakeFor(reader, LineInterval, cancellation);
            if (cancellation.IsCancellationRequested || outcome.Latest is not [.., var latest] || outcome.Totals is var totals && totals == last) continue;
            Output.Line($"  {Line(latest)}");
            Output.Line(last = totals);
        }
    }

    private void FollowInPicture(ChangeReader reader, CancellationToken cancellation)
    {
        var terminal = AnsiConsole.Profile;
        // The hints stay above: the terminal wraps those that are too long, so that they can be copied. Two lines for the totals, one for the cursor.
        var taken = hints.Sum(hint => 1 + (TextWidth.Of(hint) - 1) / terminal.Width) + 3;
        AnsiConsole.Live(new Text("")).Start(live =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                TakeFor(reader, PictureInterval, cancellation);
                live.UpdateTarget(Picture(Math.Max(1, terminal.Height - taken), terminal.Width));
            }
        });
    }

    private void TakeFor(ChangeReader reader, TimeSpan span, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < span && !cancellation.IsCancellationRequested)
            if (reader.Next(TimeSpan.FromMilliseconds(50)) is { } change) outcome.Take(change);
    }

    private Rows Picture(int lines, int width)
    {
        var changes = outcome.Latest.TakeLast(lines).Select(change => Output.Text(TextWidth.Cut(Line(change), width), DialogWords.Look(change.State)));
        return new Rows([.. changes, new Rule(), new Text(TextWidth.Cut(outcome.Totals, width), new Style(decoration: Decoration.Bold))]);
    }

    /// <summary>What tells a call from others comes first; what is cut on a narrow terminal, last.</summary>
    private static string Line(DialogChange change)
    {
        var why = change.Settled ? "settled" : DialogWords.Why(change);
        return string.Create(CultureInfo.InvariantCulture,
            $"{change.LogTime.ToDateTimeOffset():HH:mm:ss} {change.State,-11} {change.Src} > {change.Dst}  {why,-14}  {change.CallId}");
    }

    public static int Summarize(DemoOutcome outcome, IReadOnlyList<DemoTraffic.Begun> calls, bool isJudged)
    {
        Output.Line(outcome.Totals);
        if (!isJudged) return 0;
        var faults = outcome.Faults(calls);
        foreach (var fault in faults.Take(10)) Output.Line($"  wrong: {fault}");
        Output.Line($"{calls.Count - faults.Length} of {calls.Count} came out as inspect has them, {faults.Length} wrong");
        return faults.Length > 0 || calls.Count == 0 ? 1 : 0;
    }
}
