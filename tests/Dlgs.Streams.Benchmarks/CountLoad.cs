using System.Diagnostics;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Benchmarks;

/// <summary>Callers that ask on and on, each for another value.</summary>
internal static class CountLoad
{
    private const int InFlight = 32;
    /// <summary>So many that no cache has the numbers of all.</summary>
    private const int Callers = 20_000;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);

    /// <summary>How it is told: "32 in flight".</summary>
    public static string Words { get; } = $"{InFlight} in flight";

    public static CountRequest[] Requests(DialogField field) =>
    [
        .. Enumerable.Range(0, Callers).Select(i => new CountRequest
        {
            Filters = { new DialogFilter { Field = field, Operator = FilterOperator.Eq, Value = $"customer{i * 7919L % 300_000:d6}@ex.net" } },
        }),
    ];

    public static async Task<Pace> PaceOfAsync(Func<byte[], Task<byte[]>> call, byte[][] requests)
    {
        var (began, used, calls) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(CallOnAndOnAsync)));
        return new Pace(calls / Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / calls);

        async Task CallOnAndOnAsync()
        {
            while (Stopwatch.GetElapsedTime(began) < RoundTime) await call(requests[Interlocked.Increment(ref calls) % requests.Length]);
        }
    }

    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>Calls a second, and the processor time of each, the client's included.</summary>
internal readonly record struct Pace(double Rate, double Micros);
