using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The bytes of the record that a lane consumed last, copied out of native memory by the deserializers, which run inside Consume, on the
/// lane's thread: no byte[] per record.
/// </summary>
internal sealed class LaneRecord : IDeserializer<LaneRecord>
{
    private byte[] bytes = new byte[2048];
    private int length;

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>No key, or a tombstone's value.</summary>
    public bool IsNull { get; private set; }

    LaneRecord IDeserializer<LaneRecord>.Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        IsNull = isNull;
        if (data.Length > bytes.Length) bytes = new byte[data.Length * 2];
        data.CopyTo(bytes);
        length = data.Length;
        return this;
    }
}
