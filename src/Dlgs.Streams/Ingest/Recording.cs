using System.IO.Compression;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Ingest;

/// <summary>A recording: a file (.hep, .hep.gz) of HEPv3 frames, read one SIP message after the other. What is skipped is counted by reason.</summary>
internal sealed class Recording : IDisposable
{
    private readonly Stream stream;
    private readonly HepReader hep;
    private readonly FieldLimits limits;
    private readonly Dictionary<string, Skipped> skipped = [];

    public Recording(Stream file, FieldLimits limits)
    {
        this.limits = limits;
        // By what is in the file, not by its name: no frame begins like this (RFC 1952 2.3.1).
        var peeked = new PeekedStream(file, 2);
        stream = peeked.StartsWith([0x1f, 0x8b]) ? new GZipStream(peeked, CompressionMode.Decompress) : peeked;
        hep = new HepReader(stream);
    }

    /// <summary>How often a reason cost a message, and at which byte first: where its frame begins, in the decompressed recording.</summary>
    public readonly record struct Skipped(int Count, long FirstPosition);

    public static Recording Open(string path, FieldLimits limits) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), limits);

    /// <summary>Frames read; the number of the last one is one less.</summary>
    public int Frames { get; private set; }

    public int Messages { get; private set; }

    public IReadOnlyDictionary<string, Skipped> SkippedByReason => skipped;

    public IEnumerable<string> SkippedInWords(string name) =>
        skipped.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{name}: {reason.Value.Count} skipped: {reason.Key}, first at byte {reason.Value.FirstPosition}");

    /// <summary>The next frame: its time moves the clock; <paramref name="isMessage"/>: it carries a SIP message. What is no frame is counted and passed over.</summary>
    public bool TryRead(out HepFrame frame, out SipMessage message, out bool isMessage)
    {
        message = default;
        isMessage = false;
        while (hep.TryRead(out frame, out var failure))
        {
            if (failure != HepFailure.None)
            {
                Skip(failure.ToString());
                continue;
            }
            Frames++;
            var sip = SipReader.Read(frame.Payload, limits, out message);
            isMessage = sip == SipFailure.None;
            if (!isMessage)
            {
                Skip(sip.ToString());
                return true;
            }
            message.Time = new SipTime(frame.TimeMicros);
            Messages++;
            return true;
        }
        return false;
    }

    private void Skip(string reason)
    {
        var before = skipped.GetValueOrDefault(reason, new Skipped(0, hep.Position));
        skipped[reason] = before with { Count = before.Count + 1 };
    }

    public void Dispose() => stream.Dispose();
}
