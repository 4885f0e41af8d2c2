using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>A group as its coordinator sees it.</summary>
/// <param name="Words">Its name, state and size.</param>
/// <param name="IsSettled">No rebalance is under way.</param>
/// <param name="Assigned">Partitions of the topic that members have, or are being given.</param>
internal sealed record GroupSight(string Words, bool IsSettled, int Assigned)
{
    public static GroupSight Of(GroupInfo group, string topic)
    {
        var assigned = group.Members.Sum(member => CountOf(member.MemberAssignment, topic));
        var words = $"group {group.Group} ({group.State}, {group.Members.Count} members with {assigned} partitions)";
        return new GroupSight(words, group.State is "Stable" or "Empty" or "Dead", assigned);
    }

    /// <summary>Of Kafka's ConsumerProtocolAssignment: a version, topics with their partitions, and what is the assignor's.</summary>
    internal static int CountOf(ReadOnlySpan<byte> assignment, string topic)
    {
        const int header = sizeof(short) + sizeof(int);
        if (assignment.Length < header) return 0;
        var topics = BinaryPrimitives.ReadInt32BigEndian(assignment[sizeof(short)..]);
        var count = 0;
        for (var rest = assignment[header..]; topics > 0 && rest.Length >= sizeof(short); topics--)
        {
            var length = BinaryPrimitives.ReadInt16BigEndian(rest);
            var after = sizeof(short) + length + sizeof(int);
            if (length < 0 || rest.Length < after) break;
            var partitions = BinaryPrimitives.ReadInt32BigEndian(rest[(after - sizeof(int))..]);
            if (partitions < 0 || rest.Length - after < (long)partitions * sizeof(int)) break;
            if (Encoding.UTF8.GetString(rest.Slice(sizeof(short), length)) == topic) count += partitions;
            rest = rest[(after + partitions * sizeof(int))..];
        }
        return count;
    }
}
