using System.Buffers.Binary;
using System.Text;

namespace Dlgs.Streams.Tests.Hep;

/// <summary>HEPv3 frames made by hand.</summary>
internal static class HepFrames
{
    public static byte[] Frame(string payload, long micros = 1_000_000_000, uint captureId = 7) =>
        Frame(Chunk(9, (uint)(micros / 1_000_000)), Chunk(10, (uint)(micros % 1_000_000)), Chunk(12, captureId), Chunk(15, Encoding.UTF8.GetBytes(payload)));

    public static byte[] Frame(params byte[][] chunks)
    {
        var length = 6 + chunks.Sum(c => c.Length);
        return [.. "HEP3"u8, (byte)(length >> 8), (byte)length, .. chunks.SelectMany(c => c)];
    }

    public static byte[] Chunk(int type, byte[] data, int vendor = 0)
    {
        var length = 6 + data.Length;
        return [(byte)(vendor >> 8), (byte)vendor, (byte)(type >> 8), (byte)type, (byte)(length >> 8), (byte)length, .. data];
    }

    public static byte[] Chunk(int type, uint number)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(data, number);
        return Chunk(type, data);
    }

    public static byte[] WithLength(byte[] frame, int length)
    {
        var changed = (byte[])frame.Clone();
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(4), (ushort)length);
        return changed;
    }
}
