using System.Diagnostics.Metrics;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>How queries are counted.</summary>
public sealed class QueryMetricsTests : IDisposable
{
    private readonly MeterReading reading = new();
    private readonly FakeTimeProvider time = new();
    private readonly CallerLimits limits;
    private readonly QueryGate gate;
    private readonly QueryMetrics metrics;
    private readonly List<(double Seconds, string Labels)> recorded = [];

    public QueryMetricsTests()
    {
        var options = Options.Create(new AnswerOptions { Watchers = 2 });
        limits = new CallerLimits(options, time, NullLogger<CallerLimits>.Instance);
        gate = new QueryGate(options, limits, time);
        metrics = new QueryMetrics(reading.Meter, gate, time);
    }

    public void Dispose()
    {
        gate.Dispose();
        limits.Dispose();
        reading.Dispose();
    }

    [Fact]
    public void Every_rpc_of_the_protocol_is_told_apart() =>
        Assert.Equal(DialogQuery.Descriptor.Methods.Select(method => method.Name).Order(), Enum.GetNames<Rpc>().Order());

    [Fact]
    public void Query_counts_with_its_time_and_what_became_of_it()
    {
        using var listener = Listen((seconds, labels) => recorded.Add((seconds, string.Join(' ', labels.ToArray().Select(label => label.Value)))));
        var (answered, refused, broken, left) = (Begin(Rpc.Count), Begin(Rpc.Count), Begin(Rpc.Group), Begin(Rpc.List));
        time.Advance(TimeSpan.FromMilliseconds(30));
        answered.Answered();
        refused.Failed(QueryRefusal.Exhausted(null, "Enough."), CancellationToken.None);
        broken.Failed(new InvalidOperationException(), CancellationToken.None);
        left.Failed(new OperationCanceledException(), new CancellationToken(canceled: true));
        default(QueryMetrics.AskedQuery).Answered();
        Assert.Equal([(.03, "Count http ok"), (.03, "Count http exhausted"), (.03, "Group http failed"), (.03, "List http caller-gone")], recorded);
    }

    /// <summary>How long somebody watched says nothing about how long answers take.</summary>
    [Fact]
    public void Watch_counts_when_it_ends_and_not_among_the_times()
    {
        using var listener = Listen((seconds, _) => recorded.Add((seconds, "")));
        Begin(Rpc.Watch).Failed(QueryRefusal.Exhausted(null, "Nothing was taken."), CancellationToken.None);
        Assert.Equal(1, reading.Of("dlgs.watches_ended")["http exhausted"]);
        Assert.Empty(recorded);
    }

    [Fact]
    public void Places_that_are_taken_are_told_with_how_many_there_are()
    {
        using (gate.EnterWatch())
        using (gate.Enter())
            Assert.Equal((1, 1, 2), (Taken("watchers"), Taken("queries"), reading.Of("dlgs.query_places")["watchers"]));
        Assert.Equal((0, 0), (Taken("watchers"), Taken("queries")));

        double Taken(string of) => reading.Of("dlgs.query_places_taken")[of];
    }

    [Fact]
    public void To_count_a_query_takes_nothing_from_the_heap()
    {
        using var listener = Listen((_, _) => { });
        Begin(Rpc.Count).Answered();
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) Begin(Rpc.Count).Answered();
        // The least object of each would be 240,000 bytes; the runtime's own, such as code made anew while it runs, some thousand.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 50_000);
    }

    private QueryMetrics.AskedQuery Begin(Rpc rpc) => metrics.Begin(Surface.Http, rpc);

    private MeterListener Listen(Recorded read)
    {
        var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((_, value, labels, _) => read(value, labels));
        reading.Enable(listener, "dlgs.query.duration");
        listener.Start();
        return listener;
    }

    private delegate void Recorded(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> labels);
}
