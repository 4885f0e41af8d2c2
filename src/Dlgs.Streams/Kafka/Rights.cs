using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Kafka;

/// <summary>A right to a topic that the service's user needs, and what for.</summary>
internal sealed record TopicRight(string Topic, AclOperation Operation, string Use)
{
    public string Name => Operation.ToString().ToUpperInvariant();
}

/// <summary>
/// What the service's user has to be allowed, and which of it a refusal is about: brokers tell the kind of thing that they guard, not which
/// operation was missing.
/// </summary>
internal static class Rights
{
    /// <summary>DESCRIBE comes with each of them.</summary>
    public static TopicRight[] Of(Topics topics) =>
    [
        new(topics.SipEvents, AclOperation.Read, "what proxies saw"),
        new(topics.SipEvents, AclOperation.Write, "ticks, tags and closes"),
        new(topics.DialogStore, AclOperation.Read, "what a restart restores"),
        new(topics.DialogStore, AclOperation.Write, "every commit"),
        new(topics.DialogChanges, AclOperation.Read, "watches"),
        new(topics.DialogChanges, AclOperation.Write, "every change"),
        new(topics.Calls, AclOperation.Write, "settled calls"),
        new(topics.DeadLetters, AclOperation.Write, "records that could not be used"),
    ];

    /// <summary>Of topics that brokers have described with what this user may do; brokers that do not say are not asked again.</summary>
    public static IEnumerable<TopicMisfit> Missing(IReadOnlyDictionary<string, TopicDescription> found, Topics topics) =>
        from right in Of(topics)
        where found.TryGetValue(right.Topic, out var topic) && topic.AuthorizedOperations is { Count: > 0 } allowed && !allowed.Contains(right.Operation)
        select new TopicMisfit(right.Topic, right.Name, $"This service's user may not {right.Name} {right.Topic}, which it needs for {right.Use}: "
            + $"kafka-acls.sh --add --allow-principal User:NAME --operation {right.Operation} --topic {right.Topic}");

    /// <summary>The reason, with the right that is missing where it is one. Of a topic the right is for the caller to know.</summary>
    public static string Explain(this ClusterOptions cluster, Error error, string ofTopic) => error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed => $"{error.Reason}: this service's user needs the right to {ofTopic}",
        ErrorCode.GroupAuthorizationFailed => $"{error.Reason}: this service's user needs the right to READ group {cluster.GroupName}",
        ErrorCode.TransactionalIdAuthorizationFailed =>
            $"{error.Reason}: this service's user needs the right to WRITE transactional ids that begin with {cluster.TopicPrefix}",
        _ => error.Reason,
    };
}
