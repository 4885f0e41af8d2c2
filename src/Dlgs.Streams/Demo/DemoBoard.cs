using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Demo;

/// <summary>The latest changes and the totals: a live picture on a terminal, lines elsewhere.</summary>
internal sealed class DemoBoard(bool plain)
{
    private const int Latest = 14;
    private readonly Queue<DialogChange> latest = new();
    private readonly DemoJudge judge = new();
    private readonly Lock taking = new();
    private int changes;
    private int finished;

    public void Follow(ChangeReader reader, PartitionRegistry registry, CancellationToken cancellation)
    {
        if (plain)
        {
            FollowPlain(reader, registry, cancellation);
            return;
        }
        AnsiConsole.Live(new Text("")).Start(live =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                TakeFor(reader, TimeSpan.FromMilliseconds(250), cancellation);
                live.UpdateTarget(Picture(registry));
            }
        });
    }

    private void FollowPlain(ChangeReader reader, PartitionRegistry registry, CancellationToken cancellation)
    {
        var last = "";
        while (!cancellation.IsCancellationRequested)
        {
            TakeFor(reader, TimeSpan.FromSeconds(5), cancellation);
            if (latest.LastOrDefault() is { } change) Output.Line("  " + DialogWords.Line(change));
            if (Totals(registry) is var totals && totals != last) Output.Line(last = totals);
        }
    }

    private void TakeFor(ChangeReader reader, TimeSpan span, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < span && !cancellation.IsCancellationRequested)
        {
            if (reader.Next(TimeSpan.FromMilliseconds(50)) is not { } change) continue;
            lock (taking)
            {
                judge.Take(change);
                changes++;
                if (!change.Settled && change.State is DialogState.Terminated or DialogState.NotAnswered) finished++;
                latest.Enqueue(change);
                if (latest.Count > Latest) latest.Dequeue();
            }
        }
    }

    private string Totals(PartitionRegistry registry) =>
        $"{registry.Views.Sum(v => v.Store?.Count(new DialogSelection([], StateSet.Ongoing)) ?? 0)} calls up, {finished} ended, {changes} changes";

    private Rows Picture(PartitionRegistry registry)
    {
        lock (taking)
            return new Rows([.. latest.Select(c => Output.Text(DialogWords.Line(c), Colour(c.State))),
                new Rule(), new Text(Totals(registry), new Style(decoration: Decoration.Bold))]);
    }

    private static Style Colour(DialogState state) => new(state switch
    {
        DialogState.Answered or DialogState.Confirmed => Color.Green,
        DialogState.Terminated => Color.Blue,
        DialogState.NotAnswered => Color.Red,
        DialogState.Unspecified or DialogState.Init or DialogState.Progress => Color.Yellow,
    });

    /// <summary>Waits until every call has come out right.</summary>
    public async Task DrainAsync(IReadOnlyList<DemoTraffic.Begun> calls, TimeSpan timeout, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (Faults(calls).Length > 0 && TimeProvider.System.GetElapsedTime(start) < timeout) await Task.Delay(100, cancellation);
    }

    public int Summarize(IReadOnlyList<DemoTraffic.Begun> calls, bool judge)
    {
        var faults = judge ? Faults(calls) : [];
        foreach (var fault in faults.Take(10)) Output.Line($"  wrong: {fault}");
        Output.Line(judge
            ? $"{calls.Count} calls replayed, {calls.Count - faults.Length} came out as inspect has them, {faults.Length} wrong; {changes} changes"
            : $"{calls.Count} calls replayed, {changes} changes");
        return judge && (faults.Length > 0 || calls.Count == 0) ? 1 : 0;
    }

    private string[] Faults(IReadOnlyList<DemoTraffic.Begun> calls)
    {
        lock (taking) return [.. calls.Select(judge.Fault).OfType<string>()];
    }
}
