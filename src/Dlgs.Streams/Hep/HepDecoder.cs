namespace Dlgs.Streams.Hep;

/// <summary>
/// Frames of versions 3 and 2, and mixed, out of the bytes that are there so far of a stream: of a file, a pipe or a connection. It reads nothing and
/// keeps no bytes: whoever has them is told how many are done with, and how many have to be there before it is worth to ask again. Never throws for what is
/// in them: after a failure it goes on where the next frame begins. The work is linear in the bytes.
/// </summary>
/// <param name="findMessageLength">What tells where a frame of version 2 ends.</param>
internal sealed class HepDecoder(FindMessageLength findMessageLength)
{
    /// <summary>Bytes that have to fit in one piece, at the most.</summary>
    public const int Window = HepVersion2.Window;

    /// <summary>What came last was no frame, and none has begun since.</summary>
    private bool isLost;
    private bool isFirst = true;
    /// <summary>It is a packet capture, in which nothing is looked for.</summary>
    private bool isRefused;

    /// <summary>
    /// Bytes come as they are sent: a frame of version 2 does not wait for what follows it if its message says that it ends with them.
    /// </summary>
    public bool IsLive { get; init; }

    /// <summary>Bytes before what was read last that belong to no frame.</summary>
    public int Skipped { get; private set; }

    /// <summary>Bytes that are done with, those among them.</summary>
    public int Taken { get; private set; }

    /// <summary>Where no frame came of it: so many of the bytes that are left and follow have to be there.</summary>
    public int Needed { get; private set; } = HepStart.Length;

    /// <summary>The next frame, or a failure in its place; false: more bytes are needed, or it is the end. The payload is in the bytes.</summary>
    /// <param name="bytes">Those that are not done with.</param>
    /// <param name="isOver">None follow.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="failure">What stood in its place.</param>
    public bool TryRead(ReadOnlySpan<byte> bytes, bool isOver, out HepFrame frame, out HepFailure failure)
    {
        frame = default;
        (failure, Needed) = (HepFailure.None, HepStart.Length);
        Skipped = Taken = isLost ? LengthOfNoFrame(bytes, isOver) : 0;
        bytes = bytes[Taken..];
        if (isOver ? bytes.IsEmpty : bytes.Length < HepStart.Length) return false;
        isLost = false;
        failure = Read(bytes, isOver, ref frame, out var length);
        if (failure == HepFailure.None && length > bytes.Length)
        {
            frame = default;
            Needed = length;
            return false;
        }
        isFirst = false;
        if (failure == HepFailure.None)
        {
            Taken += length;
            return true;
        }
        // Behind a failure nothing can be trusted until a frame begins: a length may be what is wrong.
        frame = default;
        (isLost, isRefused) = (true, failure == HepFailure.PacketCapture);
        Taken++;
        return true;
    }

    /// <summary>The last bytes may begin a frame of which the next ones are still to come.</summary>
    private int LengthOfNoFrame(ReadOnlySpan<byte> bytes, bool isOver) =>
        isRefused ? bytes.Length
        : HepStart.IndexIn(bytes) is >= 0 and var next ? next
        : isOver ? bytes.Length
        : Math.Max(0, bytes.Length - HepStart.Length + 1);

    /// <summary>A length beyond the bytes: so many have to be there.</summary>
    private HepFailure Read(ReadOnlySpan<byte> bytes, bool isOver, scoped ref HepFrame frame, out int length)
    {
        length = 0;
        var magic = bytes[..Math.Min(bytes.Length, HepStart.Magic.Length)];
        if (HepStart.Magic.StartsWith(magic)) return HepVersion3.ReadFrame(bytes, isOver, ref frame, out length);
        return HepStart.VersionAt(bytes) switch
        {
            2 => ReadVersion2(bytes, isOver, ref frame, out length),
            1 => HepFailure.HepVersion1,
            _ when isFirst && HepStart.IsPacketCapture(bytes) => HepFailure.PacketCapture,
            _ => HepFailure.WrongMagic,
        };
    }

    private HepFailure ReadVersion2(ReadOnlySpan<byte> bytes, bool isOver, scoped ref HepFrame frame, out int length)
    {
        length = HepVersion2.HeaderLength(bytes);
        if (bytes.Length < length) return isOver ? HepFailure.Truncated : HepFailure.None;
        var window = bytes[..Math.Min(bytes.Length, Window)];
        var (isWhole, isEnd) = (isOver || window.Length == Window, isOver && window.Length == bytes.Length);
        var payload = IsLive ? HepVersion2.LivePayloadLength(window[length..], isEnd, findMessageLength)
            : isWhole ? HepVersion2.PayloadLength(window[length..], isEnd, findMessageLength)
            : -1;
        if (payload < 0)
        {
            length = IsLive ? bytes.Length + 1 : Window;
            return isWhole ? HepFailure.BadLength : HepFailure.None;
        }
        HepVersion2.Read(bytes[..length], ref frame);
        frame.Payload = bytes.Slice(length, payload);
        length += payload;
        return HepFailure.None;
    }
}
