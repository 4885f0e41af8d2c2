using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Sip;

/// <summary>Reads messages that were captured, and once more as Latin-1 those that are not UTF-8. One a thread.</summary>
internal sealed class CapturedText(FieldLimits limits)
{
    private readonly Latin1Text latin1 = new();

    /// <summary>Reads the first message of a datagram.</summary>
    /// <param name="text">What was captured; where it was read as Latin-1, what was made of it, which stays until the next call.</param>
    /// <param name="message">Points into that.</param>
    /// <param name="isLatin1">It was read so.</param>
    public SipFailure Read(scoped ref ReadOnlySpan<byte> text, out SipMessage message, out bool isLatin1)
    {
        var failure = SipReader.Read(text, limits, out message);
        isLatin1 = failure == SipFailure.NotUtf8;
        if (!isLatin1) return failure;
        text = latin1.OfLines(text);
        failure = SipReader.Read(text, limits, out message);
        isLatin1 = failure == SipFailure.None;
        return failure;
    }
}
