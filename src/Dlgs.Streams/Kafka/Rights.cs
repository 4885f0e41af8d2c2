using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// What a user of the brokers has to be allowed, and what for: a topic, group or transactional id; with a star at its end all whose names begin so.
/// </summary>
internal sealed record Right(string Kind, string Name, AclOperation Operation, string Use)
{
    public const string Topic = "topic";

    /// <summary>As brokers and their tools write it.</summary>
    public string Verb => Operation.ToString().ToUpperInvariant();
}

/// <summary>
/// What the service's user has to be allowed, and which of it a refusal is about: brokers tell the kind of thing that they guard, not which
/// operation was missing.
/// </summary>
internal static class Rights
{
    /// <summary>DESCRIBE comes with each of them.</summary>
    public static Right[] Of(Topics topics) =>
    [
        new(Right.Topic, topics.SipEvents, AclOperation.Read, "what proxies saw"),
        new(Right.Topic, topics.SipEvents, AclOperation.Write, "ticks, tags and closes"),
        new(Right.Topic, topics.DialogStore, AclOperation.Read, "what a restart restores"),
        new(Right.Topic, topics.DialogStore, AclOperation.Write, "every commit"),
        new(Right.Topic, topics.DialogChanges, AclOperation.Read, "watches"),
        new(Right.Topic, topics.DialogChanges, AclOperation.Write, "every change"),
        new(Right.Topic, topics.Calls, AclOperation.Write, "settled calls"),
        new(Right.Topic, topics.DeadLetters, AclOperation.Write, "records that could not be used"),
        new("group", topics.Prefix + "*", AclOperation.Read, "the instances share the partitions"),
        new("transactional id", topics.Prefix + "*", AclOperation.Write, "exactly once"),
    ];

    /// <summary>Of topics that brokers have described with what this user may do.</summary>
    public static IEnumerable<TopicMisfit> Missing(IReadOnlyDictionary<string, TopicDescription> found, Topics topics) =>
        from right in Of(topics)
        where right.Kind == Right.Topic && found.TryGetValue(right.Name, out var topic)
            && topic.AuthorizedOperations is { Count: > 0 } allowed && !allowed.Contains(right.Operation)
        select new TopicMisfit(right.Name, right.Verb, $"This service's user may not {right.Verb} {right.Name}, which it needs for {right.Use}: "
            + $"kafka-acls.sh --add --allow-principal User:NAME --operation {right.Operation} --topic {right.Name}");

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
