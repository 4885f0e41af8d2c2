using System.Buffers.Binary;

namespace Dlgs.Streams.Client;

/// <summary>
/// Which partition a Call-ID belongs to: murmur2 of its bytes, as Java's default partitioner and librdkafka's murmur2_random have it.
/// Everyone who writes events or asks for one call has to agree on this.
/// </summary>
public static class CallIdPartitioner
{
    /// <summary>The partition of a Call-ID. Never allocates.</summary>
    /// <param name="callId">The record's key: the Call-ID's bytes, as they stand in the header field.</param>
    /// <param name="partitions">
    /// How many the service's store has, at least 1: the answers' coverage.partition_count. Where the input was given more, they are unused.
    /// </param>
    /// <returns>0 to <paramref name="partitions"/> - 1.</returns>
    /// <exception cref="DivideByZeroException">There are 0 partitions.</exception>
    public static int PartitionOf(ReadOnlySpan<byte> callId, int partitions) => (int)((Murmur2(callId) & 0x7fffffff) % (uint)partitions);

    private static uint Murmur2(ReadOnlySpan<byte> key)
    {
        const uint M = 0x5bd1e995;
        var hash = 0x9747b28cu ^ (uint)key.Length;
        for (; key.Length >= 4; key = key[4..])
        {
            var k = BinaryPrimitives.ReadUInt32LittleEndian(key) * M;
            k = (k ^ k >> 24) * M;
            hash = hash * M ^ k;
        }
        if (key.Length > 2) hash ^= (uint)key[2] << 16;
        if (key.Length > 1) hash ^= (uint)key[1] << 8;
        if (key.Length > 0) hash = (hash ^ key[0]) * M;
        hash = (hash ^ hash >> 13) * M;
        return hash ^ hash >> 15;
    }
}
