using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Dlgs.Streams.Core.Stores;

/// <summary>Hashes texts for the in-memory tables. Seeded per process, so that nobody can choose Call-IDs that collide.</summary>
internal static class ByteHash
{
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    public static uint Of(ReadOnlySpan<byte> text) => Fold(Of64(text));

    /// <summary>From the hash of 64 bits to that of 32.</summary>
    public static uint Fold(ulong hash) => (uint)(hash ^ hash >> 32);

    /// <summary>Of so many bits that two texts of one store hardly ever share one.</summary>
    public static ulong Of64(ReadOnlySpan<byte> text)
    {
        var hash = Seed ^ (ulong)text.Length * 0x9E3779B97F4A7C15;
        for (; text.Length >= 8; text = text[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
        ulong rest = 0;
        for (var i = 0; i < text.Length; i++) rest |= (ulong)text[i] << (i * 8);
        return Mix(hash, rest);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(hash ^ word, 0x9E3779B97F4A7C15 ^ BitOperations.RotateLeft(Seed, 31), out var low);
        return high ^ low ^ word;
    }
}
