using System.Diagnostics;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Benchmarks;

/// <summary>What questions cost the processor, against a look at each distinct value of the same store in the same run.</summary>
internal static class QueryBenchmark
{
    private static readonly DialogCondition Customer = Where(DialogField.Src, FilterOperator.Eq, "customer000042@ex.net");
    private const int Busy = 100;
    private static readonly DialogCondition Trunk = DialogCondition.OfTag("trunk");

    public static async Task RunAsync(params int[] sizes)
    {
        foreach (var dialogs in sizes)
        {
            Ask(dialogs, Fill(dialogs, stores: 1)[0]);
            Console.WriteLine($"the same {dialogs} in 24 stores");
            var stores = Fill(dialogs, stores: 24);
            AskForGroups(stores);
            await GrpcBenchmark.RunAsync(stores);
        }
        await InterferenceBenchmark.RunAsync(Fill(sizes[0], stores: 24));
    }

    internal static DialogStore[] Fill(int dialogs, int stores)
    {
        var filled = Enumerable.Range(0, stores).Select(partition => new DialogStore(partition, new Lifetimes())).ToArray();
        for (var i = 0; i < dialogs; i++)
        {
            var store = filled[i * 7919L % stores];
            MemoryBenchmark.Begin(store, i, 1000);
            var tag = i % 1000 == 0 ? "vip"u8 : "trunk"u8;
            if (i % 10 == 0) store.Merge(new TagMessage { CallId = MemoryBenchmark.CallId(i), Tag = tag, Time = new SipTime(1_001_000_000) }, default);
        }
        // Partitions are never at one time.
        foreach (var store in filled) store.Advance(new LogTime(1_005_000_000 + store.Partition * 7_919), default);
        foreach (var store in filled) store.Commit();
        return filled;
    }

    private static void Ask(int dialogs, DialogStore store)
    {
        Console.WriteLine($"{dialogs} ongoing dialogs, {store.Index.Values.End} distinct values of src and dst; ratios are to a look at each value");
        var look = Look([store]);
        Print("count src eq", () => Count(store, Customer), look);
        Print("count src eq, one Call left out", () => store.Count(Select(Customer), MemoryBenchmark.CallId(42)), look);
        Print("count tag", () => Count(store, Trunk), look);
        Print("count src eq and tag", () => Count(store, Customer, Trunk), look);
        Print("count src eq, confirmed", () => store.Count(Select(Customer) with { States = StateSet.Confirmed }), look);
        foreach (var prefix in new[] { "+49300000012", "+493000000", "+" }) AskForValues(store, FilterOperator.Sw, prefix, look);
        foreach (var expression in new[] { "^\\+49.*12@carrier$", "12+4.*5" }) AskForValues(store, FilterOperator.Re, expression, look);
        foreach (var pattern in new[] { "+49*12@carrier", "*[0-4]2?@c*" }) AskForValues(store, FilterOperator.Fm, pattern, look);
        Print("count any re 12+4.*5", () => Count(store, Where(DialogField.Any, FilterOperator.Re, "12+4.*5")), look);
        Print("list, a page of 100", () => store.List(Select(), MemoryBenchmark.CallId(dialogs / 2), 100), look);
        Print("list src eq, a page of 100", () => store.List(Select(Customer), default, 100), look);
        Print("list dst re, a page of 100", () => store.List(Select(Where(DialogField.Dst, FilterOperator.Re, "12+4.*5")), default, 100), look);
        AskForGroups([store]);
    }

    private static void AskForValues(DialogStore store, FilterOperator op, string value, double look) =>
        Print($"count dst {op.Name()} {value}", () => Count(store, Where(DialogField.Dst, op, value)), look);

    private static void AskForGroups(DialogStore[] stores)
    {
        var look = Look(stores);
        Print("group src, top 20 of many that are equal", () => stores.Group(GroupKey.Src, Select(), 20), look);
        // As callers are: a few have many.
        for (var i = 0; i < Busy * 20; i++)
            MemoryBenchmark.Begin(stores[i % stores.Length], (100 + i / Busy) * MemoryBenchmark.Callers + i % Busy, 1006);
        Print($"group src, top 20, {Busy} of whom have 20 more", () => stores.Group(GroupKey.Src, Select(), 20), look);
        Print("group src, none is so large", () => stores.Group(GroupKey.Src, Select(), 20, above: 100), look);
        Print("group src of a tag, top 20", () => stores.Group(GroupKey.Src, Select(Trunk), 20), look);
    }

    private static double Look(DialogStore[] stores)
    {
        var look = Time(() => stores.Sum(store => LengthOf(store.Index.Values)));
        Print("a look at each value", look, look);
        return look;
    }

    private static long LengthOf(FieldValues values) => Enumerable.Range(0, values.End).Sum(slot => values.TextOf(slot)!.Length);

    private static long Count(DialogStore store, params DialogCondition[] conditions) => store.Count(Select(conditions));

    private static DialogSelection Select(params DialogCondition[] conditions) => new(conditions, StateSet.Ongoing);

    private static DialogCondition Where(DialogField field, FilterOperator op, string value) =>
        DialogCondition.Of(DialogFilter.Create(field, op, value, new FilterLimits(), out var error) ?? throw new ArgumentException(error!.ToString()));

    private static void Print(string what, Action ask, double look) => Print(what, Time(ask), look);

    private static void Print(string what, double time, double look) =>
        Console.WriteLine($"  {what,-44} {(time < 1e-3 ? $"{time * 1e6,9:0.00} us" : $"{time * 1e3,9:0.00} ms")} = {time / look,8:0.0000} looks");

    /// <summary>Processor time, the best of 10 rounds: what else the machine does is not the question's. What is short is asked many times a round.</summary>
    private static double Time(Action ask)
    {
        var (began, asked) = (Stopwatch.GetTimestamp(), 0);
        for (; asked < 3 || Stopwatch.GetElapsedTime(began).TotalMilliseconds < 200; asked++) ask();
        var (best, times) = (double.MaxValue, Math.Max(1, asked / 50));
        for (var round = 0; round < 10; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < times; i++) ask();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds / times);
        }
        return best;
    }

    private static double Time(Func<long> ask) => Time(() => { ask(); });
}
