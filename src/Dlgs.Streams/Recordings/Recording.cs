using System.IO.Compression;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Recordings;

/// <summary>
/// A recording: a file (.hep, .hep.gz) or a pipe of HEP frames, read one SIP message after the other. What is skipped or mended is counted
/// by reason.
/// </summary>
internal sealed class Recording : IDisposable
{
    private readonly Stream stream;
    private readonly FramesAhead frames;
    private readonly FrameClock clock;
    private readonly CapturedText text;
    private readonly RuleRun? rules;
    private readonly Inflater inflater = new();

    /// <param name="file">What it is read from.</param>
    /// <param name="limits">How long fields may be.</param>
    /// <param name="rules">What puts attributes on its messages; null: nothing does.</param>
    public Recording(Stream file, FieldLimits limits, RuleRun? rules = null)
    {
        (text, this.rules) = (new CapturedText(limits), rules);
        // By what is in the file, not by its name: no frame begins like this (RFC 1952 2.3.1).
        var peeked = new PeekedStream(file, 2);
        stream = peeked.StartsWith([0x1f, 0x8b]) ? new GZipStream(peeked, CompressionMode.Decompress) : peeked;
        frames = new FramesAhead(new HepReader(stream, SipStream.TryFindLength));
        clock = new FrameClock(frames);
    }

    public static Recording Open(string path, FieldLimits limits, RuleRun? rules = null) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), limits, rules);

    /// <summary>Frames read; the number of the last one is one less.</summary>
    public int Frames { get; private set; }

    public int Messages { get; private set; }

    /// <summary>What is not in the result.</summary>
    public Tally Skipped { get; } = new();

    /// <summary>What is in the result otherwise than it was sent.</summary>
    public Tally Mended { get; } = new();

    /// <summary>What was skipped and what was mended, a line a reason.</summary>
    public IEnumerable<string> Remarks(string name) =>
        Frames + Skipped.Count == 0 ? [$"{name}: there is nothing in it"] : Skipped.InWords(name, "skipped").Concat(Mended.InWords(name, "mended"));

    /// <summary>
    /// The next SIP frame: its time moves the clock. Other protocols' are counted and move nothing, and so is what is no frame. Its messages
    /// are there to be taken.
    /// </summary>
    public bool TryRead(out HepFrame frame)
    {
        while (frames.TryRead(out frame, out var failure))
        {
            if (failure == HepFailure.None)
            {
                Frames++;
                if (frame.ProtocolType != HepFrame.Sip)
                {
                    Skipped.Add($"ProtocolType{frame.ProtocolType}", frames.Position);
                    continue;
                }
                frame.TimeMicros = clock.Check(frame.TimeMicros, out var verdict);
                if (verdict != FrameTime.Sound) Mended.Add(verdict.ToString(), frames.Position);
                if (frame.IsCompressed) failure = inflater.Inflate(frame.Payload, out frame.Payload);
            }
            if (failure == HepFailure.None)
            {
                Trim(ref frame);
                return true;
            }
            Skipped.Add(failure.ToString(), frames.Position);
        }
        return false;
    }

    /// <summary>The next message of a frame: a datagram has one, a piece of a stream may have several.</summary>
    public bool TryTake(scoped ref HepFrame frame, out SipMessage message)
    {
        while (!frame.Payload.IsEmpty)
        {
            frame.Message = frame.Payload;
            if (frame.IsOfStream) frame.Message = SipStream.Take(ref frame.Payload);
            else frame.Payload = default;
            var failure = text.Read(ref frame.Message, out message, out var isLatin1);
            if (isLatin1) Mended.Add("Latin1", frames.Position);
            if (failure == SipFailure.None)
            {
                message.Time = new SipTime(frame.TimeMicros);
                if (rules is not null) Apply(rules, frame, ref message);
                Messages++;
                return true;
            }
            if (failure == SipFailure.NotSip && frame.IsOfStream) failure = SipFailure.LeftOver;
            Skipped.Add(failure.ToString(), frames.Position);
        }
        message = default;
        return false;
    }

    private static void Apply(RuleRun rules, scoped in HepFrame frame, scoped ref SipMessage message) =>
        rules.Apply(frame.Message, new MessageOrigin
        {
            Proxy = Encoding.UTF8.GetBytes(frame.Proxy), CaptureId = frame.CaptureId,
            SourceAddress = frame.Source.Address, SourcePort = frame.Source.Port,
            DestinationAddress = frame.Destination.Address, DestinationPort = frame.Destination.Port,
        }, ref message);

    public void Dispose() => stream.Dispose();

    /// <summary>Empty lines before a message are nothing (RFC 3261 7.5); a payload of nothing else keeps a connection alive.</summary>
    private void Trim(scoped ref HepFrame frame)
    {
        frame.Payload = frame.Payload.TrimStart("\r\n"u8);
        if (frame.Payload.IsEmpty) Skipped.Add(nameof(SipFailure.NotSip), frames.Position);
    }
}
