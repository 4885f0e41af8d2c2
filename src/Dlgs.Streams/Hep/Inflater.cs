using System.IO.Compression;

namespace Dlgs.Streams.Hep;

/// <summary>Decompresses payloads (chunk 0x10): zlib, as OpenSIPS writes them, or gzip. No payload is longer than a datagram.</summary>
internal sealed class Inflater
{
    private const int MaxLength = 65_535;

    /// <summary>One byte more, to see that there is one.</summary>
    private readonly byte[] inflated = new byte[MaxLength + 1];

    /// <summary>The payload stays valid until the next call.</summary>
    public HepFailure Inflate(ReadOnlySpan<byte> compressed, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        using var bytes = new MemoryStream(compressed.ToArray());
        using Stream stream = compressed is [0x1f, 0x8b, ..]
            ? new GZipStream(bytes, CompressionMode.Decompress)
            : new ZLibStream(bytes, CompressionMode.Decompress);
        try
        {
            var length = stream.ReadAtLeast(inflated, inflated.Length, throwOnEndOfStream: false);
            if (length > MaxLength) return HepFailure.PayloadTooLong;
            payload = inflated.AsSpan(0, length);
            return HepFailure.None;
        }
        // zlib has an exception of its own, an IOException, for what breaks it in other ways; the stream is in memory.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return HepFailure.BrokenPayload;
        }
    }
}
