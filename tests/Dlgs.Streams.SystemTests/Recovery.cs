using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// How long partitions go without a commit when something fails under them: a store that somebody committed to has an owner who is active. The
/// figures go to the test's output.
/// </summary>
internal sealed class Recovery(string servers, string store, Instances instances)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    /// <summary>What a partition may take once its brokers are there again; what the instances said goes with the figures of a slower one.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);

    private readonly long start = TimeProvider.System.GetTimestamp();

    /// <summary>Does it, waits until the brokers have got over it, and then until something was committed in every partition; there must be traffic.</summary>
    public async Task MeasureAsync(string fault, Func<Task> act, Func<Task> brokersRecover)
    {
        var began = TimeProvider.System.GetTimestamp();
        await act();
        await brokersRecover();
        var brokers = TimeProvider.System.GetElapsedTime(began);
        await WaitForCommitsAsync(fault);
        var service = TimeProvider.System.GetElapsedTime(began) - brokers;
        TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,6:0.0} s {fault}: the brokers took "
            + $"{brokers.TotalSeconds:0.0} s, all partitions {service.TotalSeconds:0.0} s more{(service > Usual ? $"\n\n{instances.Output}" : "")}");
    }

    /// <summary>Waits until something was committed in every partition, from now on.</summary>
    public async Task WaitForCommitsAsync(string fault)
    {
        var before = new long[RecordedTraffic.Partitions];
        await Eventually.IsTrueAsync(() => (before = StableEnds()).All(end => end >= 0),
            Patience, () => $"the brokers to say where the logs end after {fault}");
        var now = before;
        await Eventually.IsTrueAsync(() => (now = StableEnds()).Zip(before).All(end => end.First > end.Second), Patience, () => What(fault, now.Zip(before)));
    }

    private string What(string fault, IEnumerable<(long Now, long Before)> ends)
    {
        var still = ends.Select((end, partition) => (end, partition)).Where(each => each.end.Now <= each.end.Before).Select(each => each.partition);
        return $"a commit in partitions {string.Join(',', still)} after {fault}.\n\n{instances.Output}";
    }

    /// <summary>
    /// Last stable offsets by partition: a commit moves them, an open transaction does not. -1: its leader did not answer. A client of its own each
    /// time, because one that knew a dead leader goes on asking it.
    /// </summary>
    private long[] StableEnds()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var asked = Enumerable.Range(0, RecordedTraffic.Partitions).Select(p =>
            new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(store, p), OffsetSpec = OffsetSpec.Latest() });
        var ends = Enumerable.Repeat(-1L, RecordedTraffic.Partitions).ToArray();
        try
        {
            var listed = admin.ListOffsetsAsync(asked,
                new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadCommitted, RequestTimeout = Answer }).GetAwaiter().GetResult();
            foreach (var end in listed.ResultInfos.Select(info => info.TopicPartitionOffsetError)) ends[end.Partition.Value] = Math.Max(-1, end.Offset.Value);
        }
        catch (KafkaException)
        {
            // Of some partition, or of all: asked again.
        }
        return ends;
    }
}
