namespace Dlgs.Streams.Kafka;

/// <summary>What stands of the service's topics: their ids, and whose clock gives the input's records their times.</summary>
internal sealed record TopicFacts(TopicIds Ids, string InputTimestampType);

/// <summary>
/// The same with the time at which the brokers last said so,
/// in ticks of the monotonic clock, and a number that rises whenever it is something else.
/// </summary>
internal sealed record TopicState(TopicFacts Facts, long AskedAt, int Version)
{
    public TopicIds Ids => Facts.Ids;

    public bool HasAppendTime => Facts.InputTimestampType == "LogAppendTime";
}

/// <summary>
/// What the brokers say of the topics, for lanes to look at without asking. That something is not as it was, or not there, counts when two
/// answers in a row say the same: a broker that has just come up may not know a topic yet. Written by one thread, read by any.
/// </summary>
internal sealed class WatchedTopics
{
    private TopicState? current;
    private TopicFacts? unconfirmed;

    /// <summary>Null: nobody has asked yet, or the first answer lacked a topic.</summary>
    public TopicState? Current => Volatile.Read(ref current);

    /// <summary>An answer says something else, and the next may confirm it.</summary>
    public bool IsInDoubt => unconfirmed is not null;

    /// <summary>Whether the state is another one now.</summary>
    public bool Take(TopicFacts answer, long now)
    {
        if (answer == current?.Facts)
        {
            unconfirmed = null;
            Volatile.Write(ref current, current with { AskedAt = now });
            return false;
        }
        var isConfirmed = answer == unconfirmed || (current is null && answer.Ids.AreComplete);
        unconfirmed = isConfirmed ? null : answer;
        if (isConfirmed) Volatile.Write(ref current, new TopicState(answer, now, (current?.Version ?? 0) + 1));
        return isConfirmed;
    }
}
