using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Dlgs.Streams.Answers;

/// <summary>
/// The position of an answer as callers carry it (message PositionToken): opaque to them, small, and the same on every instance.
/// </summary>
internal static class PositionTokens
{
    private const uint Version = 1;

    /// <summary>
    /// Positions by partition; those that are missing are not known. Of an empty answer there is nothing to wait for and nothing to go on from,
    /// but it fits this service all the same.
    /// </summary>
    public static ByteString Write(PartitionRegistry registry, IEnumerable<PartitionPosition> positions)
    {
        var token = new PositionToken { Version = Version, PartitionCount = registry.PartitionCount, InputId = registry.InputId };
        token.NextOffsets.Capacity = token.LogTimeLags.Capacity = registry.PartitionCount;
        foreach (var position in positions)
        {
            if (token.NextOffsets.Count == 0) token.LogTimeUs = position.LogTime.Micros;
            Put(token.NextOffsets, position.Partition, (ulong)(position.NextOffset + 1));
            Put(token.LogTimeLags, position.Partition, position.LogTime.Micros - token.LogTimeUs);
            if (position.ChangeOffset >= 0) Put(token.ChangeOffsets, position.Partition, (ulong)(position.ChangeOffset + 1));
        }
        return token.ToByteString();
    }

    /// <summary>0 for the partitions that were left out before it.</summary>
    private static void Put<T>(RepeatedField<T> field, int partition, T value) where T : struct
    {
        while (field.Count < partition) field.Add(default(T));
        field.Add(value);
    }

    /// <summary>Refuses, under the name of its field in the request, what no answer of this service had.</summary>
    public static List<PartitionPosition> Read(ByteString text, PartitionRegistry registry, string name)
    {
        if (registry.PartitionCount == 0) throw QueryRefusal.PartitionsUnknown();
        if (!TryParse(text, out var token)) throw QueryRefusal.Argument(name, "the position of an answer, as it came.");
        if (token.PartitionCount != registry.PartitionCount)
            throw QueryRefusal.Argument(name,
                $"the position of an answer of this service; it has {registry.PartitionCount} partitions, and this one is of {token.PartitionCount}.");
        if (token.InputId != registry.InputId && token.InputId.Length > 0 && registry.InputId.Length > 0)
            throw QueryRefusal.Argument(name,
                "the position of an answer of this service; this one is of another input topic, or of one that was made anew. Begin with a List.");
        return [.. Positions(token)];
    }

    private static IEnumerable<PartitionPosition> Positions(PositionToken token)
    {
        for (var partition = 0; partition < token.NextOffsets.Count; partition++)
            if (token.NextOffsets[partition] is > 0 and var next)
            {
                var logTime = new LogTime(token.LogTimeUs + token.LogTimeLags[partition]);
                var changeOffset = (long)token.ChangeOffsets.ElementAtOrDefault(partition) - 1;
                yield return new PartitionPosition(partition, (long)next - 1, logTime) { ChangeOffset = changeOffset };
            }
    }

    private static bool TryParse(ByteString text, out PositionToken token)
    {
        token = new PositionToken();
        try
        {
            token.MergeFrom(text);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
        return token.Version == Version && token.NextOffsets.Count == token.LogTimeLags.Count && token.NextOffsets.Count <= token.PartitionCount
            && token.NextOffsets.Concat(token.ChangeOffsets).All(next => next <= long.MaxValue);
    }
}
