using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What the service writes to its input goes on whatever becomes of the producer.</summary>
public sealed class InputProducerTests : IDisposable
{
    private static readonly Error Fatal = new(ErrorCode.Local_Fatal, "Unable to reconstruct MessageSet", isFatal: true);
    private static readonly Error TimedOut = new(ErrorCode.Local_MsgTimedOut, "Local: Message timed out");

    private readonly List<ScriptedInputProducer> producers = [];
    private readonly InputProducer input;
    private readonly List<ErrorCode> outcomes = [];

    public InputProducerTests() => input = new InputProducer(new Topics("dlgs."), Open, NullLogger<InputProducer>.Instance);

    [Fact]
    public void Producer_that_says_that_it_failed_for_good_is_replaced_before_the_next_record()
    {
        Append(1);
        producers[0].Fail(TimedOut);
        Append(2);
        producers[0].Fail(Fatal);
        Append(3);
        Append(4);
        Assert.Equal([[1, 2], [3, 4]], producers.Select(producer => producer.Sent));
        Assert.Equal([true, false], producers.Select(producer => producer.IsDisposed));
    }

    [Fact]
    public void Producer_that_throws_that_it_failed_for_good_is_replaced_too()
    {
        Append(1);
        producers[0].Refusal = Fatal;
        Append(2);
        Append(3);
        Assert.Equal([[1], [3]], producers.Select(producer => producer.Sent));
        Assert.Equal([ErrorCode.Local_Fatal], outcomes);
    }

    [Fact]
    public void Producer_that_cannot_even_be_disposed_of_keeps_nobody()
    {
        Append(1);
        input.Dispose();
        Assert.True(producers[0].IsDisposed);
    }

    public void Dispose() => input.Dispose();

    private void Append(int partition) => input.Append(partition, key: null, new SipEvent(), (error, _) => outcomes.Add(error.Code));

    private ScriptedInputProducer Open(Action<Error> failed)
    {
        producers.Add(new ScriptedInputProducer(failed));
        return producers[^1];
    }
}
