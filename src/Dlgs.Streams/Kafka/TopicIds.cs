using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The ids that the brokers gave to the service's topics, in base64: a topic that was deleted and made again has its name, and another id.
/// Empty: there is no topic of that name. Brokers before 2.8 know no ids, and say the same one of all.
/// </summary>
internal sealed record TopicIds(string Input, string Store, string Changes, string Calls, string DeadLetters)
{
    /// <summary>In the order of <see cref="Topics.All"/>.</summary>
    public string[] All => [Input, Store, Changes, Calls, DeadLetters];

    public bool AreComplete => All.All(id => id.Length > 0);

    /// <summary>Throws a KafkaException, with the topic's name where the fault is one topic's, when the brokers do not say.</summary>
    public static async Task<TopicIds> AskAsync(IAdminClient admin, Topics topics, TimeSpan timeout) => Of(await DescribeAsync(admin, topics, timeout), topics);

    public static TopicIds Of(IReadOnlyDictionary<string, TopicDescription> found, Topics topics)
    {
        return new TopicIds(Id(topics.SipEvents), Id(topics.DialogStore), Id(topics.DialogChanges), Id(topics.Calls), Id(topics.DeadLetters));

        string Id(string topic) => found.TryGetValue(topic, out var description) ? description.TopicId.ToString() : "";
    }

    /// <summary>
    /// Those that exist, by name, with what this user may do to them. Unlike metadata of one topic, which can make it, this question makes none.
    /// </summary>
    public static async Task<Dictionary<string, TopicDescription>> DescribeAsync(IAdminClient admin, Topics topics, TimeSpan timeout)
    {
        RequireReplicas(admin, topics, timeout);
        var names = TopicCollection.OfTopicNames(topics.All);
        var found = new Dictionary<string, TopicDescription>();
        var options = new DescribeTopicsOptions { RequestTimeout = timeout, IncludeAuthorizedOperations = true };
        foreach (var description in await DescribeAsync(admin, names, options))
        {
            if (description.Error.Code == ErrorCode.UnknownTopicOrPart) continue;
            if (description.Error.IsError) throw new KafkaException(new Error(description.Error.Code, $"{description.Name}: {description.Error.Reason}"));
            if (description.Partitions.Count == 0)
                throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, $"{description.Name}: the broker knows of no partitions yet"));
            found.Add(description.Name, description);
        }
        return found;
    }

    /// <summary>
    /// Where a replica is on a broker that is not listed, which is so for a while after an outage, the answer never reaches us, and the process may die of
    /// it (librdkafka 2.16 with Confluent.Kafka 2.16): then it is not asked for. The list of all topics makes none.
    /// </summary>
    private static void RequireReplicas(IAdminClient admin, Topics topics, TimeSpan timeout)
    {
        var cluster = admin.GetMetadata(timeout);
        var listed = cluster.Brokers.Select(broker => broker.BrokerId).ToHashSet();
        foreach (var topic in cluster.Topics.Where(topic => topics.All.Contains(topic.Topic)))
        {
            if (topic.Partitions.SelectMany(partition => partition.Replicas).FirstOrDefault(replica => !listed.Contains(replica), -1) is var missing and >= 0)
                throw new KafkaException(new Error(ErrorCode.BrokerNotAvailable, $"{topic.Topic}: broker {missing}, which has a replica, is not there"));
        }
    }

    private static async Task<List<TopicDescription>> DescribeAsync(IAdminClient admin, TopicCollection names, DescribeTopicsOptions options)
    {
        try
        {
            return (await admin.DescribeTopicsAsync(names, options)).TopicDescriptions;
        }
        catch (DescribeTopicsException e)
        {
            // One that does not exist is an answer too.
            return e.Results.TopicDescriptions;
        }
    }
}
