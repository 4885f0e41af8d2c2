using System.Collections.Concurrent;
using Confluent.Kafka;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>How a transaction ends.</summary>
internal enum CommitFate
{
    Done,
    /// <summary>It is committed, and the answer does not arrive.</summary>
    AnswerLost,
    /// <summary>It is never committed, and no answer arrives either.</summary>
    RequestLost,
    /// <summary>It is committed, after a time in which its request may have been sent twice.</summary>
    Slow,
    /// <summary>The brokers refuse a record: larger than its topic allows.</summary>
    Refused,
}

/// <summary>
/// A lane's clients on the embedded broker, whose fate the test decides. The broker itself knows no transactions, so the output holds their
/// records until they are committed: what stands in the topics is what a reader of committed records sees.
/// </summary>
internal sealed class ScriptedClients(KafkaClients clients) : ILaneClients
{
    private readonly LaneClients real = new(clients);
    private readonly ConcurrentQueue<(Func<bool> When, Action<LaneEvents> Then)> steps = new();

    /// <summary>Asked with what a transaction would write, on the lane's thread.</summary>
    public Func<IReadOnlyList<TopicPartition>, CommitFate> Fate { get; set; } = _ => CommitFate.Done;

    /// <summary>What the group is said to call the lane; null: what it does.</summary>
    public string? MemberId { get; set; }

    /// <summary>Whether the group's coordinator does not answer now, whatever the time-out of the call.</summary>
    public Func<bool> CoordinatorHangs { get; set; } = () => false;

    /// <summary>Whether a producer that is to end does not.</summary>
    public Func<bool> EndHangs { get; set; } = () => false;

    /// <summary>When set, calls that hang come back.</summary>
    public ManualResetEventSlim CoordinatorIsBack { get; } = new();

    /// <summary>What is to happen inside the first Consume at which the condition holds, with what the lane hears from its clients there.</summary>
    public void InsideConsume(Func<bool> when, Action<LaneEvents> then) => steps.Enqueue((when, then));

    /// <summary>On the lane's thread.</summary>
    public void RunSteps(LaneEvents events)
    {
        while (steps.TryPeek(out var step) && step.When())
        {
            steps.TryDequeue(out _);
            step.Then(events);
        }
    }

    /// <summary>Offsets of committed transactions.</summary>
    public ConcurrentQueue<TopicPartitionOffset> Committed { get; } = new();

    /// <summary>Where the partition's next owner would go on.</summary>
    public long CommittedOf(int partition) =>
        Committed.Where(offset => offset.Partition.Value == partition).Select(offset => offset.Offset.Value).DefaultIfEmpty().Max();

    public int InputsOpened { get; private set; }

    public int OutputsOpened { get; private set; }

    public int OutputsDisposed { get; set; }

    public int Aborts { get; set; }

    public IConsumer<LaneRecord, LaneRecord> OpenInput(int lane, LaneRecord key, LaneRecord value, LaneEvents events)
    {
        InputsOpened++;
        return new ScriptedInput(real.OpenInput(lane, key, value, events), this, events);
    }

    public IProducer<byte[], byte[]?> OpenOutput(int lane, LaneEvents events, bool reports)
    {
        OutputsOpened++;
        return new ScriptedOutput(this, new ProducerBuilder<byte[], byte[]?>(clients.PlainProducer()).Build());
    }
}
