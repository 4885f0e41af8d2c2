using Dlgs.Streams.Benchmarks;

// Each benchmark prints a ratio of two things measured in the same run: machines differ, and drift.
switch (args)
{
    case ["core"]:
        EventBenchmark.Run();
        MemoryBenchmark.Run(dialogs: 1_000_000);
        return 0;
    case ["events"]:
        EventBenchmark.Run();
        return 0;
    case ["ingest"]:
        IngestBenchmark.Run();
        await GatewayBenchmark.RunAsync();
        return 0;
    case ["ingest", var servers, var perSecond]:
        await LatencyBenchmark.RunAsync(servers, Number(perSecond));
        return 0;
    case ["worst"]:
        WorstBenchmark.Run();
        return 0;
    case ["queries"]:
        await QueryBenchmark.RunAsync(100_000, 1_000_000);
        return 0;
    case ["queries", var count]:
        await QueryBenchmark.RunAsync(Number(count));
        return 0;
    case ["grpc", var count]:
        await GrpcBenchmark.RunAsync(QueryBenchmark.Fill(Number(count), stores: 24));
        return 0;
    case ["cluster"]:
        await ClusterBenchmark.RunAsync(QueryBenchmark.Fill(100_000, stores: 24));
        return 0;
    case ["interference", var count]:
        await InterferenceBenchmark.RunAsync(QueryBenchmark.Fill(Number(count), stores: 24));
        return 0;
    case ["memory", var count]:
        MemoryBenchmark.Run(Number(count));
        return 0;
    case ["memory"]:
        MemoryBenchmark.Run(dialogs: 1_000_000);
        return 0;
    case ["flood"]:
        FloodBenchmark.Run();
        return 0;
    case ["feed", var servers, var prefix, "calls" or "scans", var count, var perSecond]:
        await Feed.RunAsync(servers, prefix, args[3], Number(count), Number(perSecond));
        return 0;
    default:
        Console.Error.WriteLine("usage: core | events | ingest [SERVERS PER_SECOND] | worst | queries [DIALOGS] | grpc DIALOGS | cluster "
            + "| interference DIALOGS | memory [DIALOGS] | flood | feed SERVERS TOPIC_PREFIX calls|scans COUNT PER_SECOND");
        return 2;
}

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
