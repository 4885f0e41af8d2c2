using System.Diagnostics;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Google.Protobuf;
using static Dlgs.Streams.Benchmarks.CountLoad;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// What a question costs that is asked of one of several instances, all of them in this process, against a bare echo of the same bytes: the processor
/// time of all, callers included; and how long it takes at 1,000 a second. A list, against a bare stream of its pages.
/// </summary>
internal static class ClusterBenchmark
{
    private const int Rounds = 9;
    private const int WarmUp = 6;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(1);
    private const int CallsASecond = 1_000;

    public static async Task RunAsync(DialogStore[] stores)
    {
        Console.WriteLine($"{stores.Sum(store => store.CallCount)} dialogs in {stores.Length} stores; count src eq, {Words}, and at {CallsASecond} a second");
        foreach (var instances in new[] { 1, 2, 4 })
        {
            var servers = new List<QueryServer>();
            for (var i = 0; i < instances; i++) servers.Add(Start(stores, i, instances, servers));
            while (servers.Exists(server => server.Peers < instances - 1)) await Task.Delay(Beat);
            await CountAsync(servers[0], instances);
            await ListAsync(servers[0]);
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static QueryServer Start(DialogStore[] stores, int number, int instances, List<QueryServer> before)
    {
        DialogStore[] own = [.. stores.Where(store => store.Partition % instances == number)];
        return instances == 1 ? QueryServer.Start(own)
            : QueryServer.Start(own, stores.Length, new("instance", $"i{number}"), new("peer", "http://127.0.0.1:0"),
                new("peers", string.Join(',', before.Select(server => server.PeerAddress))));
    }

    private static async Task CountAsync(QueryServer server, int instances)
    {
        byte[][] requests = [.. Requests(DialogField.Src).Select(request => request.ToByteArray())];
        server.EchoAnswer = await server.CountAsync(requests[0]);
        var (shares, micros) = (new double[Rounds], new double[Rounds]);
        var (counts, echoes) = (new List<double>(), new List<double>());
        // The first ones are the compiler's.
        for (var round = -WarmUp; round < Rounds; round++)
        {
            var count = (await PaceOfAsync(server.CountAsync, requests)).Micros;
            var echo = (await PaceOfAsync(server.EchoAsync, requests)).Micros;
            // Both at the same times.
            var slow = await LatenciesAsync(server.CountAsync, requests, new Random(round));
            var bare = await LatenciesAsync(server.EchoAsync, requests, new Random(round));
            if (round < 0) continue;
            (shares[round], micros[round]) = (echo / count, count);
            counts.AddRange(slow);
            echoes.AddRange(bare);
        }
        var (share, cost) = (Median(shares), Median(micros));
        Console.WriteLine($"  {instances} instances: {share * 100:0} % of an echo's calls a CPU-second ({cost:0.0} us each; "
            + $"{share * instances * 100:0} % of {instances} echoes); p50 {At(counts, .5):0.00} ms, p99 {At(counts, .99):0.00} ms, "
            + $"an echo's {At(echoes, .5):0.00} and {At(echoes, .99):0.00}");
    }

    private static async Task ListAsync(QueryServer server)
    {
        var request = new ListRequest { PageSize = 1_000 }.ToByteArray();
        var (shares, paces) = (new double[Rounds], new double[Rounds]);
        for (var round = -1; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            server.EchoAnswers = await server.ListAsync(request);
            var (list, echoed) = (Stopwatch.GetElapsedTime(began), Stopwatch.GetTimestamp());
            await server.EchoesAsync(request);
            if (round >= 0) (shares[round], paces[round]) = (Stopwatch.GetElapsedTime(echoed) / list, Megabytes(server) / list.TotalSeconds);
        }
        Console.WriteLine($"    list of all: {Median(paces):0} MB/s, {Median(shares) * 100:0} % of a bare stream's; "
            + $"{server.EchoAnswers.Count} pages, {Megabytes(server):0} MB");
    }

    private static double Megabytes(QueryServer server) => server.EchoAnswers.Sum(page => page.Length) / 1e6;

    /// <summary>
    /// Of a second, in milliseconds. Calls come as those of telephony do, each whenever it likes (a Poisson process), whether those before are answered or
    /// not. What is late begins late: the timer's delay is not the answer's.
    /// </summary>
    private static async Task<List<double>> LatenciesAsync(Func<byte[], Task<byte[]>> call, byte[][] requests, Random arrivals)
    {
        var calls = new List<Task<double>>();
        var (began, next) = (Stopwatch.GetTimestamp(), 0.0);
        using var timer = new PeriodicTimer(Beat);
        while (next < 1)
        {
            for (; next < Math.Min(1, Stopwatch.GetElapsedTime(began).TotalSeconds); next -= Math.Log(1 - arrivals.NextDouble()) / CallsASecond)
                calls.Add(TimeAsync(requests[calls.Count % requests.Length]));
            await timer.WaitForNextTickAsync();
        }
        return [.. await Task.WhenAll(calls)];

        async Task<double> TimeAsync(byte[] request)
        {
            var began = Stopwatch.GetTimestamp();
            await call(request);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)(values.Count * share));
}
