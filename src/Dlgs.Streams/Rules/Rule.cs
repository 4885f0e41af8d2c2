using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Rules;

/// <summary>One source of an attribute, or of a tag.</summary>
/// <param name="Template">As its file has it.</param>
/// <param name="Pieces">What the value is put together of: of all there has to be something.</param>
/// <param name="SourceAddresses">Only for messages from there; none: from everywhere.</param>
/// <param name="CaptureIds">Only for messages that one of these agents captured; none: all.</param>
internal sealed record Rule(string Template, Piece[] Pieces, AddressRange[] SourceAddresses, uint[] CaptureIds)
{
    public bool IsInReplies { get; } = Array.TrueForAll(Pieces, piece => piece.IsInReplies);

    /// <summary>Header fields of replies have to be looked through for it.</summary>
    public bool ReadsReplies => IsInReplies && Array.Exists(Pieces, piece => piece.Header >= 0);

    public bool IsFor(in MessageOrigin origin) => IsFrom(origin.SourceAddress) && (CaptureIds.Length == 0 || CaptureIds.Contains(origin.CaptureId));

    private bool IsFrom(ReadOnlySpan<byte> address)
    {
        if (SourceAddresses.Length == 0) return true;
        if (address.IsEmpty) return false;
        var number = AddressRange.Number(address);
        foreach (var range in SourceAddresses)
            if (range.Contains(number)) return true;
        return false;
    }
}
