using System.Diagnostics;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;
using Google.Protobuf;

namespace Dlgs.Streams.Benchmarks;

/// <summary>(P1) Decode, merge and derive of the recorded event mix on one core, against parsing the same bytes with Google.Protobuf alone.</summary>
internal static class EventBenchmark
{
    private const int Rounds = 15;

    public static void Run()
    {
        var events = Load();
        var bytes = events.Sum(e => (long)e.Value.Length);
        Console.WriteLine($"(P1) {events.Count} recorded events, {bytes / events.Count} bytes each on average; medians of {Rounds} rounds on one thread");
        var (parse, read, fold, share) = (new double[Rounds], new double[Rounds], new double[Rounds], "");
        for (var round = -3; round < Rounds; round++)
        {
            var times = (Time(() => Parse(events)), Time(() => Read(events)), Time(() => share = Fold(events)));
            if (round >= 0) (parse[round], read[round], fold[round]) = times;
        }
        Print("Google.Protobuf parses", parse, events.Count);
        Print("our reader reads      ", read, events.Count);
        Print("read, merge, derive   ", fold, events.Count);
        Console.WriteLine($"  {share}");
        Console.WriteLine($"  ratio: read+merge+derive is {Median(parse) / Median(fold):0.00} times as fast as Google.Protobuf's parse alone (aim 1.00)");
    }

    internal static List<(byte[] Value, LogTime Log)> Load()
    {
        var events = new List<(byte[], LogTime)>();
        var shift = 0L;
        foreach (var name in Judge.Names(""))
        {
            using var recording = Recording.Open(Judge.FileOf(name), new FieldLimits());
            var (first, last) = (long.MaxValue, shift);
            while (recording.TryRead(out var frame))
            {
                first = Math.Min(first, frame.TimeMicros);
                while (recording.TryTake(ref frame, out var message))
                {
                    message.Time = new SipTime(shift + frame.TimeMicros - first);
                    last = Math.Max(last, message.Time.Micros);
                    events.Add((SipEvents.ToEvent(message, frame.Message, frame.Proxy).ToByteArray(), new LogTime(last)));
                }
            }
            shift = last + 1_000_000;
        }
        return events;
    }

    private static void Parse(List<(byte[] Value, LogTime Log)> events)
    {
        foreach (var (value, _) in events) SipEvent.Parser.ParseFrom(value);
    }

    private static void Read(List<(byte[] Value, LogTime Log)> events)
    {
        var reader = new SipEventReader(new FieldLimits());
        foreach (var (value, _) in events)
            if (reader.Read(value, out _, out _, out _, out _) != EventFailure.None) throw new InvalidOperationException("A recorded event was refused.");
    }

    /// <summary>What a lane does with each record, its partition check included: over one partition it is passed. A commit every 10,000 events.</summary>
    internal static string Fold(List<(byte[] Value, LogTime Log)> events)
    {
        using var metrics = new ServiceMeter();
        var (fold, store) = (new EventFold(new FieldLimits(), new ProxyClocks(metrics)), new DialogStore(0, new Lifetimes()));
        var (offset, merged, changes) = (0L, 0, 0);
        foreach (var (value, log) in events)
        {
            var cause = new Core.Dialogs.Cause(0, offset++);
            store.Advance(log, cause);
            if (fold.Apply(store, value, isNull: false, partitionCount: 1, cause).Outcome == MergeOutcome.Merged) merged++;
            if (offset % 10_000 != 0) continue;
            changes += store.Changes.Count;
            store.Commit();
        }
        return $"{100.0 * merged / events.Count:0} % of the events added a fact, "
            + $"{(double)changes / events.Count:0.00} changes an event, {store.CallCount} calls held at the end";
    }

    private static double Time(Action action)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Print(string what, double[] times, int count) =>
        Console.WriteLine($"  {what}: {count / Median(times) / 1e6:0.00} M events/s ({Median(times) / count * 1e9:0} ns each, "
            + $"{count / times.Max() / 1e6:0.00} to {count / times.Min() / 1e6:0.00} M/s)");

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
