namespace Dlgs.Streams.Hep;

/// <summary>Frames that come as datagrams, each of which ends where its datagram does.</summary>
internal static class HepDatagram
{
    /// <summary>Takes the frame that stands first in a datagram, and leaves what stands behind it. Behind a failure nothing can be trusted.</summary>
    public static HepFailure Take(scoped ref ReadOnlySpan<byte> datagram, out HepFrame frame)
    {
        frame = default;
        var length = datagram.Length;
        var failure = HepStart.VersionAt(datagram) switch
        {
            3 => HepVersion3.ReadFrame(datagram, isOver: true, ref frame, out length),
            2 => ReadVersion2(datagram, ref frame),
            1 => HepFailure.HepVersion1,
            _ => HepFailure.WrongMagic,
        };
        if (failure != HepFailure.None)
        {
            frame = default;
            length = datagram.Length;
        }
        datagram = datagram[length..];
        return failure;
    }

    private static HepFailure ReadVersion2(ReadOnlySpan<byte> datagram, scoped ref HepFrame frame)
    {
        var length = HepVersion2.HeaderLength(datagram);
        if (length > datagram.Length) return HepFailure.Truncated;
        HepVersion2.Read(datagram[..length], ref frame);
        frame.Payload = datagram[length..];
        return HepFailure.None;
    }
}
