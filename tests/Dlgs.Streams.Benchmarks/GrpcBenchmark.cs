using System.Diagnostics;
using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Google.Protobuf;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// What a Count costs through gRPC and HTTP, against a bare echo of the same bytes. The two take turns, so that what else the machine does hits both.
/// Bytes go out and bytes come back: what the client does is the same for both.
/// </summary>
internal static class GrpcBenchmark
{
    private const int InFlight = 32;
    private const int Rounds = 15;
    /// <summary>So many that no cache has the numbers of all.</summary>
    private const int Callers = 20_000;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);

    public static async Task RunAsync(DialogStore[] stores)
    {
        await using var server = QueryServer.Start(stores);
        Console.WriteLine($"{stores.Sum(store => store.CallCount)} dialogs in {stores.Length} stores, {InFlight} Counts in flight, through gRPC and HTTP");
        await AskAsync(server, "count src eq", DialogField.Src, request => request.ToByteArray(), server.CountAsync, server.EchoAsync);
        await AskAsync(server, "count any eq", DialogField.Any, request => request.ToByteArray(), server.CountAsync, server.EchoAsync);
        await AskAsync(server, "count src eq by HTTP", DialogField.Src, ToQuery, server.CountByHttpAsync, server.EchoByHttpAsync);
    }

    private static byte[] ToQuery(CountRequest request) =>
        Encoding.UTF8.GetBytes($"?field=src&op=eq&value={Uri.EscapeDataString(request.Filters[0].Value)}");

    private static async Task AskAsync(QueryServer server, string what, DialogField field,
        Func<CountRequest, byte[]> write, Func<byte[], Task<byte[]>> ask, Func<byte[], Task<byte[]>> askEcho)
    {
        var requests = Enumerable.Range(0, Callers).Select(i => Ask(field, $"customer{i * 7919L % 300_000:d6}@ex.net")).ToArray();
        var bytes = requests.Select(write).ToArray();
        server.EchoAnswer = await ask(bytes[0]);
        var (counts, echoes) = (new Pace[Rounds], new Pace[Rounds]);
        // The first ones are the compiler's.
        for (var round = -12; round < Rounds; round++)
        {
            var (count, echo) = (await PaceOfAsync(ask, bytes), await PaceOfAsync(askEcho, bytes));
            if (round >= 0) (counts[round], echoes[round]) = (count, echo);
        }
        var (share, more) = (counts.Zip(echoes, (count, echo) => count.Rate / echo.Rate), counts.Zip(echoes, (count, echo) => count.Micros - echo.Micros));
        Console.WriteLine($"  {what}: {Median(share) * 100:0} % of an echo's pace ({Median(counts.Select(pace => pace.Rate)):0} a second, "
            + $"{bytes[0].Length} bytes there, {server.EchoAnswer.Length} back); of the processor {Median(more):0.0} us more than an echo's "
            + $"{Median(echoes.Select(pace => pace.Micros)):0.0}, of those {await AnswerMicrosAsync(server, requests):0.0} in the answer itself");
    }

    private static CountRequest Ask(DialogField field, string value) =>
        new() { Filters = { new DialogFilter { Field = field, Operator = FilterOperator.Eq, Value = value } } };

    private static async Task<Pace> PaceOfAsync(Func<byte[], Task<byte[]>> call, byte[][] requests)
    {
        var (began, used, calls) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(CallOnAndOnAsync)));
        return new Pace(calls / Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / calls);

        async Task CallOnAndOnAsync()
        {
            while (Stopwatch.GetElapsedTime(began) < RoundTime) await call(requests[Interlocked.Increment(ref calls) % requests.Length]);
        }
    }

    private static async Task<double> AnswerMicrosAsync(QueryServer server, CountRequest[] requests)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var used = Environment.CpuUsage.TotalTime;
            foreach (var request in requests) await server.Answers.CountAsync(request, CancellationToken.None);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / requests.Length);
        }
        return best;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    /// <summary>Calls a second, and the processor time of each, the client's included.</summary>
    private readonly record struct Pace(double Rate, double Micros);
}
