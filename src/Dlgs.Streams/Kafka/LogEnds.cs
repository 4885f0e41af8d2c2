using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>Where a partition's log begins, and the offset after its last record.</summary>
internal readonly record struct LogEnds(long Begin, long End)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// What the brokers say of each partition; of one whose leader does not answer, or says what cannot be, why there is no answer. With
    /// read_uncommitted: the log's end, not the last stable offset, which a client's own watermarks would be (KAFKA-10167).
    /// </summary>
    public static async Task<Dictionary<TopicPartition, Answer<LogEnds>>> AskAsync(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        var begins = TryListAsync(admin, partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted, Timeout);
        var ends = TryListAsync(admin, partitions, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted, Timeout);
        await Task.WhenAll(begins, ends);
        var answers = partitions.ToDictionary(partition => partition, partition => Both(partition, begins.Result[partition], ends.Result[partition]));
        await LearnLeadersAsync(admin, Timeout, answers.Values.Any(answer => answer.Failure is not null));
        return answers;
    }

    /// <summary>Only the ends. With read_committed, the last stable offsets: where the first open transaction begins, or the end.</summary>
    public static async Task<Dictionary<TopicPartition, Answer<long>>> AskLatestAsync(
        IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions, IsolationLevel isolation, TimeSpan timeout)
    {
        var answers = await TryListAsync(admin, partitions, OffsetSpec.Latest(), isolation, timeout);
        await LearnLeadersAsync(admin, timeout, answers.Values.Any(answer => answer.Failure is not null));
        return answers;
    }

    internal static Answer<LogEnds> Both(TopicPartition partition, Answer<long> begin, Answer<long> end)
    {
        if ((begin.Failure ?? end.Failure) is { } failure) return new Answer<LogEnds>(default, failure);
        return begin.Value <= end.Value ? new Answer<LogEnds>(new LogEnds(begin.Value, end.Value), null)
            : new Answer<LogEnds>(default, $"{partition.Topic} [{partition.Partition.Value}]: "
                + $"its leader says that the log begins at {begin.Value} and ends at {end.Value}");
    }

    /// <summary>Of a client that hangs there is no answer, as of a leader that is gone.</summary>
    private static async Task<Dictionary<TopicPartition, Answer<long>>> TryListAsync(
        IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation, TimeSpan timeout)
    {
        try
        {
            return await ListAsync(admin, partitions, spec, isolation, timeout);
        }
        catch (TimeoutException)
        {
            return partitions.ToDictionary(partition => partition, partition => NoAnswer(partition, "the client did not keep its time-out"));
        }
    }

    /// <summary>One question. Throws a TimeoutException where the client hangs: it is not to be asked again.</summary>
    public static async Task<Dictionary<TopicPartition, Answer<long>>> ListAsync(
        IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation, TimeSpan timeout)
    {
        var answers = new Dictionary<TopicPartition, Answer<long>>();
        var reason = "its leader did not answer";
        try
        {
            var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec });
            var listed = await admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = timeout })
                .WithinAsync(timeout);
            foreach (var info in listed.ResultInfos) answers[info.TopicPartitionOffsetError.TopicPartition] = Believe(info.TopicPartitionOffsetError);
        }
        catch (ListOffsetsException e)
        {
            foreach (var info in e.Result.ResultInfos) answers[info.TopicPartitionOffsetError.TopicPartition] = Believe(info.TopicPartitionOffsetError);
        }
        catch (KafkaException e)
        {
            reason = e.Error.Reason;
        }
        foreach (var partition in partitions) answers.TryAdd(partition, NoAnswer(partition, reason));
        return answers;
    }

    private static Answer<long> NoAnswer(TopicPartition partition, string why) => new(0, $"{partition.Topic} [{partition.Partition.Value}]: {why}");

    /// <summary>Of a leader that did not answer librdkafka may leave the offset as it began, at -1001, without an error.</summary>
    internal static Answer<long> Believe(TopicPartitionOffsetError listed)
    {
        var failure = listed.Error.IsError ? listed.Error.Reason : listed.Offset.Value < 0 ? "its leader did not say where the log is" : null;
        return failure is null ? new Answer<long>(listed.Offset.Value, null) : NoAnswer(listed.TopicPartition, failure);
    }

    /// <summary>
    /// The client goes on asking the leader that it remembers,
    /// under the epoch that it remembers, however often it is told: it has to learn anew.
    /// </summary>
    private static async Task LearnLeadersAsync(IAdminClient admin, TimeSpan timeout, bool isNeeded)
    {
        if (!isNeeded) return;
        try
        {
            await Task.Run(() => admin.GetMetadata(timeout));
        }
        catch (KafkaException)
        {
            // The next question says it again.
        }
    }
}

/// <summary>What a broker said, or why there is no answer.</summary>
internal readonly record struct Answer<T>(T Value, string? Failure);
