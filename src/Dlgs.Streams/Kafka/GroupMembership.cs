using System.Buffers.Binary;
using System.Reflection;
using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Whether a consumer's group metadata is a member's. Offsets that are sent without a member id, or under a negative generation, are accepted
/// by a group that has become empty, and fence nobody (KIP-447).
/// </summary>
internal static class GroupMembership
{
    /// <summary>What librdkafka's rd_kafka_consumer_group_metadata_write begins with; the generation follows, in the machine's byte order.</summary>
    private static ReadOnlySpan<byte> Magic => "CGMDv2:"u8;

    public static bool IsMember(IConsumerGroupMetadata group, string memberId) => !string.IsNullOrEmpty(memberId) && (GenerationOf(group) ?? 0) >= 0;

    /// <summary>The group has gone on without us, in a rebalance for one: what was sent for the generation before is not taken.</summary>
    public static bool IsStaleMembership(this Error error) =>
        error.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress;

    /// <summary>Null: it cannot be read. Confluent.Kafka keeps it to itself.</summary>
    internal static int? GenerationOf(IConsumerGroupMetadata group) =>
        group.GetType().GetField("serializedMetadata", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(group) is byte[] written
        && written.AsSpan().StartsWith(Magic) && written.Length >= Magic.Length + sizeof(int)
            ? BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadInt32LittleEndian(written.AsSpan(Magic.Length))
                : BinaryPrimitives.ReadInt32BigEndian(written.AsSpan(Magic.Length))
            : null;
}
