using Dlgs.Streams.Hep;

namespace Dlgs.Streams.Recordings;

/// <summary>Frames one after the other, with a look at those that follow: they are kept until they are read. How far one can look is bounded.</summary>
internal sealed class FramesAhead(HepReader reader)
{
    /// <summary>SIP frames that may be looked at. Whoever reads a slow pipe waits for so many, where a look is needed.</summary>
    public const int MaxTimes = 64;

    private const int MaxKept = 256;
    private const int MaxKeptBytes = 1 << 20;

    private readonly List<Kept> kept = [];
    private byte[] held = new byte[4096];
    private int keptBytes;

    /// <summary>Byte position of what was read last.</summary>
    public long Position { get; private set; }

    public bool TryRead(out HepFrame frame, out HepFailure failure)
    {
        if (kept.Count == 0)
        {
            var more = reader.TryRead(out frame, out failure);
            Position = reader.Position;
            Hold(ref frame);
            return more;
        }
        var first = kept[0];
        kept.RemoveAt(0);
        keptBytes -= first.Payload.Length;
        frame = first.ToFrame();
        (failure, Position) = (first.Failure, first.Position);
        return true;
    }

    /// <summary>Whoever has the frame may look ahead: then the reader fills its buffer anew.</summary>
    private void Hold(scoped ref HepFrame frame)
    {
        if (held.Length < frame.Payload.Length) held = new byte[frame.Payload.Length];
        frame.Payload.CopyTo(held);
        frame.Payload = held.AsSpan(0, frame.Payload.Length);
        frame.AuthenticateKey = default;
    }

    /// <summary>The times of the SIP frames that follow, as far as one can look.</summary>
    public IEnumerable<long> Times()
    {
        var times = 0;
        for (var i = 0; times < MaxTimes && (i < kept.Count || Keep()); i++)
        {
            if (kept[i] is not { Failure: HepFailure.None, ProtocolType: HepFrame.Sip } frame) continue;
            times++;
            yield return frame.TimeMicros;
        }
    }

    private bool Keep()
    {
        if (kept.Count >= MaxKept || keptBytes >= MaxKeptBytes || !reader.TryRead(out var frame, out var failure)) return false;
        kept.Add(new Kept(frame, failure, reader.Position));
        keptBytes += frame.Payload.Length;
        return true;
    }

    private sealed class Kept(in HepFrame frame, HepFailure failure, long position)
    {
        private readonly uint captureId = frame.CaptureId;
        private readonly byte transport = frame.Transport;
        private readonly bool isCompressed = frame.IsCompressed;
        private readonly HepEndpoint source = frame.Source;
        private readonly HepEndpoint destination = frame.Destination;

        public long TimeMicros { get; } = frame.TimeMicros;
        public byte ProtocolType { get; } = frame.ProtocolType;
        public byte[] Payload { get; } = frame.Payload.ToArray();
        public HepFailure Failure => failure;
        public long Position => position;

        public HepFrame ToFrame() => new()
        {
            TimeMicros = TimeMicros, CaptureId = captureId, ProtocolType = ProtocolType, Transport = transport,
            Source = source, Destination = destination, IsCompressed = isCompressed, Payload = Payload,
        };
    }
}
