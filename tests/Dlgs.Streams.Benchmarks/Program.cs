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
    case ["worst"]:
        WorstBenchmark.Run();
        return 0;
    case ["queries"]:
        QueryBenchmark.Run(100_000, 1_000_000);
        return 0;
    case ["queries", var count]:
        QueryBenchmark.Run(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["memory", var count]:
        MemoryBenchmark.Run(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("usage: core | events | worst | queries [DIALOGS] | memory DIALOGS");
        return 2;
}
