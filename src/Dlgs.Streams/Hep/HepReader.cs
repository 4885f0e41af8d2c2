namespace Dlgs.Streams.Hep;

/// <summary>Reads HEP frames back to back out of a stream, as a HEP-over-TCP sender writes them. Holds 128 KiB, whatever the stream's length.</summary>
internal sealed class HepReader(Stream stream, FindMessageLength findMessageLength)
{
    private readonly HepDecoder decoder = new(findMessageLength);
    private readonly byte[] buffer = new byte[1 << 17];
    /// <summary>The bytes read and not yet taken: buffer[start..end].</summary>
    private int start;
    private int end;
    /// <summary>Where buffer[0] stands in the stream.</summary>
    private long origin;
    private bool isOver;
    /// <summary>What ended the stream before its time, until it is reported.</summary>
    private HepFailure ending;

    /// <summary>Byte position of what was read last: a frame, or what should have been one. In a compressed recording, of the decompressed bytes.</summary>
    public long Position { get; private set; }

    /// <summary>The next frame, or a failure in its place; false: the end. The payload stays valid until the next call.</summary>
    public bool TryRead(out HepFrame frame, out HepFailure failure)
    {
        while (true)
        {
            var any = decoder.TryRead(buffer.AsSpan(start, end - start), isOver, out frame, out failure);
            Position = origin + start + decoder.Skipped;
            start += decoder.Taken;
            // Nobody reads gigabytes of what is refused.
            isOver |= failure == HepFailure.PacketCapture;
            if (any) return true;
            if (isOver) break;
            Fill(decoder.Needed);
        }
        (failure, ending) = (ending, HepFailure.None);
        return failure != HepFailure.None;
    }

    /// <summary>Reads until so many bytes are there to take, or the stream has no more.</summary>
    private void Fill(int count)
    {
        // Moved only where the room behind is too short, so that many small steps do not move the same bytes again and again.
        if (start + count > buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (origin, end, start) = (origin + start, end - start, 0);
        }
        try
        {
            while (end - start < count && !isOver)
            {
                var got = stream.Read(buffer, end, buffer.Length - end);
                isOver = got == 0;
                end += got;
            }
        }
        catch (InvalidDataException)
        {
            (isOver, ending) = (true, HepFailure.BrokenGzip);
        }
    }
}
