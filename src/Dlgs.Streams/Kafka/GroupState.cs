using Confluent.Kafka;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// What the group's coordinator says. Not by the admin client's own questions to a coordinator (describe groups, list group offsets): librdkafka
/// ends the whole process when the connection drops meanwhile (its PR 5397, not in 2.16).
/// </summary>
internal sealed class GroupState(IOptions<ClusterOptions> options, Topics topics, KafkaClients clients, ClusterAdmin admin) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>For one partition, where the answer for all did not come.</summary>
    private static readonly TimeSpan SingleTimeout = TimeSpan.FromMilliseconds(500);

    private readonly Lock asking = new();
    private IConsumer<Ignore, Ignore>? consumer;

    /// <summary>
    /// Stable offsets only: those of an owner that died before the end of its transaction are waited for (KIP-447). Blocks. One partition that
    /// has to wait does not hold the others up.
    /// </summary>
    public Dictionary<int, Answer<long?>> CommittedOffsets(IReadOnlyCollection<int> partitions)
    {
        // The mock cluster keeps none.
        if (clients.IsEmbedded) return partitions.ToDictionary(p => p, _ => new Answer<long?>(null, null));
        lock (asking)
        {
            consumer ??= new ConsumerBuilder<Ignore, Ignore>(clients.OffsetConsumer()).BuildSilent();
            var all = Ask(partitions, Timeout);
            return partitions.Count == 1 || all.Values.All(answer => answer.Failure is null)
                ? all
                : partitions.ToDictionary(p => p, p => Ask([p], SingleTimeout)[p]);
        }
    }

    /// <summary>
    /// Whether a static member is in the group: the broker makes its member id of group.instance.id and a UUID. Blocks. Null: not known now; with a
    /// broker down that is so until the others have noticed.
    /// </summary>
    public bool? HasMember(string instanceId) => Find()?.Members.Exists(member => IsOf(member.MemberId ?? "", instanceId));

    /// <summary>The group as a whole. Blocks. Null: not known now.</summary>
    public GroupSight? Look() => Find() is { } group ? GroupSight.Of(group, topics.SipEvents) : null;

    public void Dispose()
    {
        if (consumer is not null) AdminAnswer.Free(consumer);
    }

    internal static bool IsOf(string memberId, string instanceId) =>
        memberId.StartsWith(instanceId + "-", StringComparison.Ordinal) && Guid.TryParse(memberId.AsSpan(instanceId.Length + 1), out _);

    private GroupInfo? Find()
    {
        try
        {
            admin.Client.GetMetadata(Timeout);
            return admin.Client.ListGroup(options.Value.GroupName, Timeout) is { Error.IsError: false } group ? group : null;
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private Dictionary<int, Answer<long?>> Ask(IReadOnlyCollection<int> partitions, TimeSpan timeout)
    {
        try
        {
            return consumer!.Committed(partitions.Select(p => new TopicPartition(topics.SipEvents, p)), timeout)
                .ToDictionary(o => o.Partition.Value, o => new Answer<long?>(ValueOf(o.Offset), null));
        }
        catch (TopicPartitionOffsetException e)
        {
            return e.Results.ToDictionary(o => o.Partition.Value, o => o.Error.IsError ? Unknown(o.Error) : new Answer<long?>(ValueOf(o.Offset), null));
        }
        catch (KafkaException e)
        {
            return partitions.ToDictionary(p => p, _ => Unknown(e.Error));
        }
    }

    private Answer<long?> Unknown(Error error) =>
        new(null, $"the offset of group {options.Value.GroupName} is not known: {options.Value.Explain(error, $"READ {topics.SipEvents}")}");

    private static long? ValueOf(Offset offset) => offset.IsSpecial ? null : offset.Value;
}
