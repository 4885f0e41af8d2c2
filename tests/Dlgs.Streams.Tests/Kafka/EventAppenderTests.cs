using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Partitions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>An event that the service itself appends: where it goes, and what is said of one that does not get there.</summary>
public sealed class EventAppenderTests : IDisposable
{
    private static readonly SipEvent Event = new() { CallId = "a84b4c76e66710@pc33" };

    private readonly FakeTimeProvider time = new();
    private readonly InputProducer input;
    private readonly EventAppender appender;
    private ScriptedInputProducer producer = null!;

    public EventAppenderTests()
    {
        input = new InputProducer(new Topics("dlgs."), failed => producer = new ScriptedInputProducer(failed), NullLogger<InputProducer>.Instance);
        appender = new EventAppender(input, new PartitionRegistry(TimeSpan.FromSeconds(24), time) { PartitionCount = 24 }, time);
    }

    [Fact]
    public async Task Event_goes_where_its_Call_ID_belongs_and_its_position_is_behind_it()
    {
        var appended = appender.AppendAsync(Event, TestContext.Current.CancellationToken);
        // The example of protos/README.md.
        Assert.Equal([2], producer.Sent);
        Assert.Equal("a84b4c76e66710@pc33"u8, producer.LastKey!);
        producer.Deliver(new Error(ErrorCode.NoError), 181);
        Assert.Equal(new Position { Partition = 2, Offset = 182 }, await appended);
    }

    [Fact]
    public async Task Event_that_the_brokers_refuse_fails_with_their_reason()
    {
        var appended = appender.AppendAsync(Event, TestContext.Current.CancellationToken);
        producer.Deliver(new Error(ErrorCode.TopicAuthorizationFailed, "Broker: Topic authorization failed"));
        var failure = await Assert.ThrowsAsync<AppendFailure>(() => appended);
        Assert.Equal("dlgs.sip-events [2] does not take it: Broker: Topic authorization failed.", failure.Message);
    }

    [Fact]
    public async Task Event_that_finds_the_queue_full_fails_as_too_much()
    {
        var first = appender.AppendAsync(Event, TestContext.Current.CancellationToken);
        producer.Refusal = new Error(ErrorCode.Local_QueueFull);
        Assert.True((await Assert.ThrowsAsync<AppendFailure>(() => appender.AppendAsync(Event, TestContext.Current.CancellationToken))).IsOverload);
        producer.Deliver(new Error(ErrorCode.NoError), 0);
        await first;
    }

    [Fact]
    public async Task Event_of_which_the_brokers_say_nothing_may_come_yet_and_the_failure_says_so()
    {
        var appended = appender.AppendAsync(Event, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.EndsWith("it may come yet.", (await Assert.ThrowsAsync<AppendFailure>(() => appended)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => input.Dispose();
}
