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
        stream = IsGzip(file) ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16) : file;
        hep = new HepReader(stream);
    }

    /// <summary>How often a reason cost a frame, and at which byte first.</summary>
    public readonly record struct Skipped(int Count, long FirstPosition);

    public static Recording Open(string path, FieldLimits limits) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), limits);

    public int Frames { get; private set; }

    public int Messages { get; private set; }

    public IReadOnlyDictionary<string, Skipped> SkippedByReason => skipped;

    public IEnumerable<string> SkippedInWords(string name) =>
        skipped.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{name}: {reason.Value.Count} skipped: {reason.Key}, first at byte {reason.Value.FirstPosition}");

    /// <summary>The next frame: its time moves the clock; <paramref name="isMessage"/>: it carries a SIP message.</summary>
    public bool TryRead(out HepFrame frame, out SipMessage message, out bool isMessage)
    {
        message = default;
        isMessage = false;
        if (!TryReadFrame(out frame, out var failure)) return false;
        Frames++;
        if (failure != HepFailure.None) return true;
        var sip = SipReader.Read(frame.Payload, limits, out message);
        if (sip != SipFailure.None)
        {
            Skip(sip.ToString());
            return true;
        }
        message.Time = new SipTime(frame.TimeMicros);
        Messages++;
        return isMessage = true;
    }

    private bool TryReadFrame(out HepFrame frame, out HepFailure failure)
    {
        frame = default;
        try
        {
            var more = hep.TryRead(out frame, out failure);
            if (failure != HepFailure.None) Skip(failure.ToString());
            return more;
        }
        catch (InvalidDataException)
        {
            Skip("BrokenGzip");
            failure = HepFailure.Truncated;
            return false;
        }
    }

    private void Skip(string reason)
    {
        var before = skipped.GetValueOrDefault(reason, new Skipped(0, hep.Position));
        skipped[reason] = before with { Count = before.Count + 1 };
    }

    private static bool IsGzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        var got = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return got == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
    }

    public void Dispose() => stream.Dispose();
}
