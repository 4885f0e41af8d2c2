using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Ticks go on whatever becomes of their producer: without them no call expires where nothing else comes.</summary>
public sealed class TickerTests : IDisposable
{
    private static readonly Error Fatal = new(ErrorCode.Local_Fatal, "Unable to reconstruct MessageSet", isFatal: true);
    private static readonly Error TimedOut = new(ErrorCode.Local_MsgTimedOut, "Local: Message timed out");

    private readonly List<ScriptedTicks> producers = [];
    private readonly ServiceMeter metrics = new();
    private readonly MeterListener listener = new();
    private readonly FakeTimeProvider time = new();
    private readonly LogLines log = new();
    private readonly ILoggerFactory logging;
    private readonly Ticker ticker;
    private long failures;

    public TickerTests()
    {
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => failures += count);
        listener.EnableMeasurementEvents(metrics.TickFailures);
        logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        ticker = new Ticker(new Topics("dlgs."), Open, metrics, time, logging.CreateLogger<Ticker>());
    }

    [Fact]
    public void Producer_that_says_that_it_failed_for_good_is_replaced_before_the_next_tick()
    {
        ticker.Tick(1);
        producers[0].Fail(TimedOut);
        ticker.Tick(2);
        producers[0].Fail(Fatal);
        ticker.Tick(3);
        ticker.Tick(4);
        Assert.Equal([[1, 2], [3, 4]], producers.Select(producer => producer.Sent));
        Assert.Equal([true, false], producers.Select(producer => producer.IsDisposed));
    }

    [Fact]
    public void Producer_that_throws_that_it_failed_for_good_is_replaced_too()
    {
        ticker.Tick(1);
        producers[0].Refusal = Fatal;
        ticker.Tick(2);
        ticker.Tick(3);
        Assert.Equal([[1], [3]], producers.Select(producer => producer.Sent));
        Assert.Equal(1, failures);
    }

    [Fact]
    public void Failures_are_counted_each_and_said_once_a_minute()
    {
        ticker.Tick(1);
        for (var i = 0; i < 5; i++) producers[0].Deliver(TimedOut);
        producers[0].Deliver(new Error(ErrorCode.NoError));
        Assert.Equal(5, failures);
        Assert.Single(log.Lines);
        time.Advance(TimeSpan.FromMinutes(1));
        producers[0].Deliver(TimedOut);
        Assert.Equal(6, failures);
        Assert.StartsWith("Ticks were not sent (5 since this was last said)", log.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(2, log.Lines.Count);
    }

    [Fact]
    public void Producer_that_cannot_even_be_disposed_of_keeps_nobody()
    {
        ticker.Tick(1);
        ticker.Dispose();
        Assert.True(producers[0].IsDisposed);
    }

    public void Dispose()
    {
        ticker.Dispose();
        logging.Dispose();
        listener.Dispose();
        metrics.Dispose();
        log.Dispose();
    }

    private ScriptedTicks Open(Action<Error> failed)
    {
        producers.Add(new ScriptedTicks(failed));
        return producers[^1];
    }
}
