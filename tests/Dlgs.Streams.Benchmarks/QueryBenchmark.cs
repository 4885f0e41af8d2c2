using System.Diagnostics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Benchmarks;

/// <summary>What questions cost the asking thread, against a look at each distinct value of the same store in the same run.</summary>
internal static class QueryBenchmark
{
    public static void Run(params int[] sizes)
    {
        foreach (var dialogs in sizes) Ask(dialogs, Fill(dialogs, stores: 1));
        if (sizes.Length > 1) GroupOver(Fill(1_000_000, stores: 24));
    }

    private static DialogStore[] Fill(int dialogs, int stores)
    {
        var filled = Enumerable.Range(0, stores).Select(partition => new DialogStore(partition, new Lifetimes())).ToArray();
        for (var i = 0; i < dialogs; i++)
        {
            var store = filled[i * 7919L % stores];
            MemoryBenchmark.Begin(store, i, 1000);
            if (i % 10 != 0) continue;
            var (tag, time) = (i % 1000 == 0 ? "vip" : "trunk", new SipTime(1_001_000_000));
            store.Merge(new TagMessage { CallId = MemoryBenchmark.CallId(i), Tag = Encoding.ASCII.GetBytes(tag), Time = time }, default);
        }
        foreach (var store in filled) store.Commit();
        return filled;
    }

    private static void Ask(int dialogs, DialogStore[] stores)
    {
        var store = stores[0];
        var (index, values) = (store.Index, store.Index.Values);
        var look = Time(() => Enumerable.Range(0, values.End).Sum(slot => values.TextOf(slot)?.Length ?? 0));
        Console.WriteLine($"{dialogs} ongoing dialogs, {values.End} distinct values of src and dst; "
            + $"a look at each takes {look * 1e3:0.00} ms (ratios are to it)");
        Print("count src eq", () => Count(store, Where(DialogField.Src, FilterOperator.Eq, "customer000042@ex.net")), look);
        Print("count any eq, one Call left out",
            () => store.Count(Select(StateSet.Ongoing, Where(DialogField.Any, FilterOperator.Eq, "customer000042@ex.net")), MemoryBenchmark.CallId(42)), look);
        Print("count tag", () => Count(store, DialogCondition.OfTag("vip")), look);
        Print("count src eq and tag",
            () => Count(store, Where(DialogField.Src, FilterOperator.Eq, "customer000042@ex.net"), DialogCondition.OfTag("trunk")), look);
        Print("count src eq, confirmed",
            () => store.Count(Select(StateSet.Confirmed, Where(DialogField.Src, FilterOperator.Eq, "customer000042@ex.net"))), look);
        foreach (var prefix in new[] { "+49300000012", "+493000000", "+" })
            Print($"count dst sw {prefix} ({Count(store, Where(DialogField.Dst, FilterOperator.Sw, prefix))})",
                () => Count(store, Where(DialogField.Dst, FilterOperator.Sw, prefix)), look);
        (FilterOperator Op, string Pattern)[] patterns =
        [
            (FilterOperator.Re, "^\\+49.*12@carrier$"), (FilterOperator.Re, "12+4.*5"),
            (FilterOperator.Fm, "+49*12@carrier"), (FilterOperator.Fm, "*[0-4]2?@c*"),
        ];
        foreach (var (op, pattern) in patterns)
            Print($"count dst {op} {pattern}", () => Count(store, Where(DialogField.Dst, op, pattern)), look);
        Print("count any re 12+4.*5", () => Count(store, Where(DialogField.Any, FilterOperator.Re, "12+4.*5")), look);
        Print("group src, top 20", () => stores.Group(GroupKey.Src, Select(StateSet.Ongoing), 20), look);
        Print("group src, above 3, of tag trunk",
            () => stores.Group(GroupKey.Src, Select(StateSet.Ongoing, DialogCondition.OfTag("trunk")), 20, above: 3), look);
        Print("list, a page of 100", () => store.List(Select(StateSet.All), MemoryBenchmark.CallId(dialogs / 2), 100), look);
        Print("list src eq, a page of 100",
            () => store.List(Select(StateSet.All, Where(DialogField.Src, FilterOperator.Eq, "customer000042@ex.net")), default, 100), look);
        Print("list dst re, a page of 100", () => store.List(Select(StateSet.All, Where(DialogField.Dst, FilterOperator.Re, "12+4.*5")), default, 100), look);
    }

    private static void GroupOver(DialogStore[] stores)
    {
        var look = Time(() => stores.Sum(store => Enumerable.Range(0, store.Index.Values.End).Sum(slot => store.Index.Values.TextOf(slot)?.Length ?? 0)));
        Console.WriteLine($"1000000 ongoing dialogs in {stores.Length} stores; a look at each value takes {look * 1e3:0.00} ms");
        Print("group src, top 20", () => stores.Group(GroupKey.Src, Select(StateSet.Ongoing), 20), look);
        Print("group src, above 3", () => stores.Group(GroupKey.Src, Select(StateSet.Ongoing), 1_000_000, above: 3), look);
    }

    private static long Count(DialogStore store, params DialogCondition[] conditions) => store.Count(Select(StateSet.Ongoing, conditions));

    private static DialogSelection Select(StateSet states, params DialogCondition[] conditions) => new(conditions, states);

    private static DialogCondition Where(DialogField field, FilterOperator op, string value) =>
        DialogCondition.Of(DialogFilter.Create(field, op, value, new FilterLimits(), out var error) ?? throw new InvalidOperationException(error!.ToString()));

    private static void Print(string what, Action ask, double look)
    {
        var time = Time(ask);
        Console.WriteLine($"  {what,-44} {(time < 1e-3 ? $"{time * 1e6,9:0.00} us" : $"{time * 1e3,9:0.00} ms")} = {time / look,8:0.0000} looks");
    }

    private static double Time(Func<long> ask) => Time(() => { ask(); });

    /// <summary>
    /// Processor time, the best of at least 10 rounds: what else the machine does is not the question's.
    /// What is short is asked many times a round.
    /// </summary>
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
}
