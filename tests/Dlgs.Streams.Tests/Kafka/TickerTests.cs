using Confluent.Kafka;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Ticks that fail are told of: without them no call expires where nothing else comes.</summary>
public sealed class TickerTests : IDisposable
{
    private static readonly Error TimedOut = new(ErrorCode.Local_MsgTimedOut, "Local: Message timed out");

    private readonly MeterReading reading = new();
    private readonly FakeTimeProvider time = new();
    private readonly LogLines log = new();
    private readonly ILoggerFactory logging;
    private readonly InputProducer input;
    private readonly Ticker ticker;
    private ScriptedInputProducer producer = null!;

    public TickerTests()
    {
        logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        input = new InputProducer(new Topics("dlgs."), failed => producer = new ScriptedInputProducer(failed), NullLogger<InputProducer>.Instance);
        ticker = new Ticker(input, reading.Meter, time, logging.CreateLogger<Ticker>());
    }

    [Fact]
    public void Failures_are_counted_each_and_said_once_a_minute()
    {
        ticker.Tick(1);
        for (var i = 0; i < 5; i++) producer.Deliver(TimedOut);
        producer.Deliver(new Error(ErrorCode.NoError));
        Assert.Equal(5, reading.Of("dlgs.tick_failures")[""]);
        Assert.Single(log.Lines);
        time.Advance(TimeSpan.FromMinutes(1));
        producer.Deliver(TimedOut);
        Assert.Equal(6, reading.Of("dlgs.tick_failures")[""]);
        Assert.StartsWith("Ticks were not sent (5 since this was last said)", log.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(2, log.Lines.Count);
    }

    public void Dispose()
    {
        input.Dispose();
        logging.Dispose();
        reading.Dispose();
        log.Dispose();
    }
}
