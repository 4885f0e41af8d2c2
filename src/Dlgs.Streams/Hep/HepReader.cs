namespace Dlgs.Streams.Hep;

/// <summary>
/// Reads HEP frames back to back, of versions 3 and 2 and mixed, as a HEP-over-TCP sender writes them. Holds 128 KiB, whatever the stream's
/// length, and never throws for what is in the stream: after a failure it goes on where the next frame begins. The work is linear in the bytes.
/// </summary>
internal sealed class HepReader(Stream stream, FindMessageLength findMessageLength)
{
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

    private ReadOnlySpan<byte> Rest => buffer.AsSpan(start, end - start);

    /// <summary>The next frame, or a failure in its place; false: the end. The payload stays valid until the next call.</summary>
    public bool TryRead(out HepFrame frame, out HepFailure failure)
    {
        frame = default;
        var any = Fill(HepStart.Length) || start < end;
        Position = origin + start;
        if (!any)
        {
            (failure, ending) = (ending, HepFailure.None);
            return failure != HepFailure.None;
        }
        failure = ReadFrame(ref frame, out var length);
        if (failure == HepFailure.None)
        {
            start += length;
            return true;
        }
        frame = default;
        if (failure == HepFailure.PacketCapture) (isOver, start) = (true, end);
        else SkipToStart();
        return true;
    }

    private HepFailure ReadFrame(scoped ref HepFrame frame, out int length)
    {
        length = 0;
        var magic = Rest[..Math.Min(Rest.Length, HepStart.Magic.Length)];
        if (HepStart.Magic.StartsWith(magic)) return ReadVersion3(ref frame, out length);
        return HepStart.VersionAt(Rest) switch
        {
            2 => ReadVersion2(ref frame, out length),
            1 => HepFailure.HepVersion1,
            _ when Position == 0 && HepStart.IsPacketCapture(Rest) => HepFailure.PacketCapture,
            _ => HepFailure.WrongMagic,
        };
    }

    private HepFailure ReadVersion3(scoped ref HepFrame frame, out int length)
    {
        length = 0;
        if (Rest.Length < HepVersion3.HeaderLength) return HepFailure.Truncated;
        length = HepVersion3.FrameLength(Rest);
        if (length < HepVersion3.HeaderLength) return HepFailure.BadLength;
        return Fill(length) ? HepVersion3.Read(Rest[HepVersion3.HeaderLength..length], ref frame) : HepFailure.Truncated;
    }

    private HepFailure ReadVersion2(scoped ref HepFrame frame, out int length)
    {
        length = HepVersion2.HeaderLength(Rest);
        if (!Fill(length)) return HepFailure.Truncated;
        Fill(HepVersion2.Window);
        var payload = HepVersion2.PayloadLength(Rest[length..], isOver, findMessageLength);
        if (payload < 0) return HepFailure.BadLength;
        HepVersion2.Read(Rest[..length], ref frame);
        frame.Payload = Rest.Slice(length, payload);
        length += payload;
        return HepFailure.None;
    }

    /// <summary>Behind a failure nothing can be trusted until a frame begins: a length may be what is wrong.</summary>
    private void SkipToStart()
    {
        start++;
        int next;
        while ((next = HepStart.IndexIn(Rest)) < 0)
        {
            // The last bytes may begin a frame of which the next ones are still to come.
            start = Math.Max(start, end - HepStart.Length + 1);
            if (!Fill(Rest.Length + 1)) break;
        }
        start = next < 0 ? end : start + next;
    }

    /// <summary>Reads until so many bytes are there to take; false: the stream has no more.</summary>
    private bool Fill(int count)
    {
        if (end - start >= count) return true;
        // Moved only where the room behind is too short, so that many small steps do not move the same bytes again and again.
        if (start + count > buffer.Length)
        {
            Rest.CopyTo(buffer);
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
        return end - start >= count;
    }
}
