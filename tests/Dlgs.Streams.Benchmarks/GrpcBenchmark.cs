using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Google.Protobuf;
using static Dlgs.Streams.Benchmarks.CountLoad;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// What a Count costs through gRPC and HTTP, against a bare echo of the same bytes. The two take turns, so that what else the machine does hits both.
/// Bytes go out and bytes come back: what the client does is the same for both.
/// </summary>
internal static class GrpcBenchmark
{
    private const int Rounds = 15;

    public static async Task RunAsync(DialogStore[] stores)
    {
        await using var server = QueryServer.Start(stores);
        Console.WriteLine($"{stores.Sum(store => store.CallCount)} dialogs in {stores.Length} stores, Counts, {Words}, through gRPC and HTTP");
        await AskAsync(server, "count src eq", DialogField.Src, request => request.ToByteArray(), server.CountAsync, server.EchoAsync);
        await AskAsync(server, "count any eq", DialogField.Any, request => request.ToByteArray(), server.CountAsync, server.EchoAsync);
        await AskAsync(server, "count src eq by HTTP", DialogField.Src, ToQuery, server.CountByHttpAsync, server.EchoByHttpAsync);
    }

    private static byte[] ToQuery(CountRequest request) =>
        Encoding.UTF8.GetBytes($"?field=src&op=eq&value={Uri.EscapeDataString(request.Filters[0].Value)}");

    private static async Task AskAsync(QueryServer server, string what, DialogField field,
        Func<CountRequest, byte[]> write, Func<byte[], Task<byte[]>> ask, Func<byte[], Task<byte[]>> askEcho)
    {
        var requests = Requests(field);
        var bytes = requests.Select(write).ToArray();
        server.EchoAnswer = await ask(bytes[0]);
        var (counts, echoes) = (new Pace[Rounds], new Pace[Rounds]);
        // The first ones are the compiler's.
        for (var round = -12; round < Rounds; round++)
        {
            var (count, echo) = (await PaceOfAsync(ask, bytes), await PaceOfAsync(askEcho, bytes));
            if (round >= 0) (counts[round], echoes[round]) = (count, echo);
        }
        double[] shares = [.. counts.Zip(echoes, (count, echo) => count.Rate / echo.Rate)];
        double[] more = [.. counts.Zip(echoes, (count, echo) => count.Micros - echo.Micros)];
        Console.WriteLine($"  {what}: {Median(shares) * 100:0} % of an echo's pace ({Median([.. counts.Select(pace => pace.Rate)]):0} a second, "
            + $"{bytes[0].Length} bytes there, {server.EchoAnswer.Length} back); of the processor {Median(more):0.0} us more than an echo's "
            + $"{Median([.. echoes.Select(pace => pace.Micros)]):0.0}, of those {await AnswerMicrosAsync(server, requests):0.0} in the answer itself");
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
}
