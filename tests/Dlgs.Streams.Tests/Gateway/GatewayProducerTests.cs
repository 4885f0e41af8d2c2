using Dlgs.Streams.Gateway;
using Dlgs.Streams.Tests.Grpc;
using Dlgs.Streams.Tests.Kafka;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>The queue to the brokers: when there is one, and what becomes of one that failed.</summary>
public sealed class GatewayProducerTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly LogRecords log = new();
    private readonly MeterReading metrics = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly List<ScriptedQueue> queues = [];
    private bool isThere = true;

    [Fact]
    public async Task Topic_that_is_not_there_yet_is_waited_for_and_told_of_once_a_minute()
    {
        isThere = false;
        var producer = Open();
        var running = producer.RunAsync(stopping.Token);
        await EmbeddedCluster.Eventually(() => log.All.Any(), "a line");
        for (var second = 0; second < 30; second++) time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(producer.TryPublish("a"u8, Event));
        Assert.Single(log.All, line => line.Message.Contains("Topic t does not exist", StringComparison.Ordinal));
        isThere = true;
        await PassUntilAsync(() => producer.IsOpen);
        Assert.True(producer.TryPublish("a"u8, Event));
        Assert.True(producer.Opened.IsCompletedSuccessfully);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task One_that_failed_for_good_is_replaced_and_what_it_held_is_counted_as_failed()
    {
        var producer = Open();
        var running = producer.RunAsync(stopping.Token);
        await EmbeddedCluster.Eventually(() => producer.IsOpen, "a queue");
        for (var i = 0; i < 3; i++) Assert.True(producer.TryPublish("a"u8, Event));
        queues[0].Delivers = false;
        queues[0].IsSpent = true;
        Assert.False(producer.TryPublish("a"u8, Event));
        await PassUntilAsync(() => queues.Count == 2 && producer.IsOpen);
        Assert.True(producer.TryPublish("b"u8, [10, 1, (byte)'b']));
        Assert.Equal((1, 3, 0), (producer.Delivered, producer.Failed, producer.Waiting));
        Assert.True(queues[0].IsDisposed);
        Assert.Equal(1, metrics.Of("dlgs.hep_producers_replaced")[""]);
        Assert.Contains(log.All, line => line.Message.Contains("failed for good, and is replaced: as the test says", StringComparison.Ordinal));
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_one_that_failed_for_good_has_left_goes_to_the_next_before_anything_else()
    {
        var producer = Open();
        var running = producer.RunAsync(stopping.Token);
        await EmbeddedCluster.Eventually(() => producer.IsOpen, "a queue");
        for (var i = 0; i < 3; i++) Assert.True(producer.TryPublish("a"u8, Event));
        (queues[0].Delivers, queues[0].Failed) = (false, 3);
        for (var i = 0; i < 2; i++) queues[0].Left.Enqueue(("a"u8.ToArray(), Event.ToArray()));
        (isThere, queues[0].IsSpent) = (false, true);
        await PassUntilAsync(() => (producer.IsOpen, producer.Delivered, producer.Failed, producer.Waiting) == (false, 0, 1, 2));
        Assert.False(producer.TryPublish("b"u8, [10, 1, (byte)'b']));
        isThere = true;
        await PassUntilAsync(() => producer.TryPublish("b"u8, [10, 1, (byte)'b']));
        Assert.Equal(["a", "a", "b"], queues[1].Events.Select(sipEvent => sipEvent.CallId));
        Assert.Equal((3, 1, 0), (producer.Delivered, producer.Failed, producer.Waiting));
        await stopping.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        metrics.Dispose();
        stopping.Dispose();
    }

    /// <summary>Call-ID a.</summary>
    private static ReadOnlySpan<byte> Event => [10, 1, (byte)'a'];

    private Task PassUntilAsync(Func<bool> condition) => EmbeddedCluster.Eventually(() =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    }, "the producer");

    private GatewayProducer Open() => new(() =>
    {
        if (!isThere) throw new InvalidOperationException("Topic t does not exist.");
        queues.Add(new ScriptedQueue());
        return queues[^1];
    }, metrics.Meter, time, LoggerFactory.Create(logging => logging.AddProvider(log)).CreateLogger<GatewayProducer>());
}
