using System.Diagnostics;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// What a steady stream of the slowest regular expressions costs the events: the recorded ones are folded again and again, in turns with the queries and
/// without them.
/// </summary>
internal static class InterferenceBenchmark
{
    private const int Rounds = 15;
    private const int Callers = 8;

    /// <summary>As many positions as a pattern may have, nearly all of them alive at each byte.</summary>
    private static readonly CountRequest Worst = new()
    {
        Filters = { new DialogFilter { Field = DialogField.Dst, Operator = FilterOperator.Re, Value = "(.*3.{14}){60}z" } },
    };

    public static async Task RunAsync(DialogStore[] stores)
    {
        await using var server = QueryServer.Start(stores);
        var events = EventBenchmark.Load();
        var (alone, beside) = (new double[Rounds], new double[Rounds]);
        for (var round = -2; round < Rounds; round++)
        {
            var quiet = Paced(events);
            using var over = new CancellationTokenSource();
            var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => AskOnAndOnAsync(server.Answers, over.Token))).ToArray();
            var busy = Paced(events);
            await over.CancelAsync();
            await Task.WhenAll(callers);
            if (round >= 0) (alone[round], beside[round]) = (quiet, busy);
        }
        var share = alone.Zip(beside, (quiet, busy) => busy / quiet).Order().ElementAt(Rounds / 2);
        Console.WriteLine($"events on one thread while {Callers} callers ask for the slowest re without a break: {share * 100:0} % of their pace without them "
            + $"({Environment.ProcessorCount} cores)");
    }

    /// <summary>Events a second.</summary>
    private static double Paced(List<(byte[] Value, Core.Dialogs.LogTime Log)> events)
    {
        var (began, folded) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(began) < TimeSpan.FromMilliseconds(500); folded += events.Count) EventBenchmark.Fold(events);
        return folded / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task AskOnAndOnAsync(DialogAnswers answers, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            try
            {
                await answers.CountAsync(Worst, over);
            }
            catch (QueryRefusal)
            {
                // It took its five seconds, or this is the end: the next one.
            }
    }
}
