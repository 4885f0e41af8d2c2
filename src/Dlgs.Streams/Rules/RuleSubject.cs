using System.Text;

namespace Dlgs.Streams.Rules;

/// <summary>The message that rules look at, and what pieces of templates find in it.</summary>
internal readonly ref struct RuleSubject(ReadOnlySpan<byte> text, MessageOrigin origin, HeaderLines headers, AttributeRules rules)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly MessageOrigin origin = origin;

    public ReadOnlySpan<byte> FromUri { get; init; }

    public ReadOnlySpan<byte> ToUri { get; init; }

    public ReadOnlySpan<byte> RequestUri { get; init; }

    /// <summary>Header fields longer than that are not looked into.</summary>
    public int MaxLine { get; init; }

    public MessageOrigin Origin => origin;

    /// <summary>Writes what a piece stands for; false: the message has none.</summary>
    public bool TryWrite(Piece piece, scoped ref AttributeText value)
    {
        var start = value.Length;
        var isThere = piece.Source switch
        {
            Source.Constant => Put(piece.Text, ref value),
            Source.From when piece.IsRead => TryWriteUri(FromUri, piece, ref value),
            Source.To when piece.IsRead => TryWriteUri(ToUri, piece, ref value),
            Source.RequestUri => TryWriteUri(RequestUri, piece, ref value),
            Source.From or Source.To or Source.PAssertedIdentity or Source.PPreferredIdentity or Source.RemotePartyId or Source.Diversion
                or Source.Header => TryWriteHeader(piece, ref value),
            Source.SourceAddress => AddressText.TryWrite(origin.SourceAddress, ref value),
            Source.DestinationAddress => AddressText.TryWrite(origin.DestinationAddress, ref value),
            Source.SourcePort => TryWriteNumber(origin.SourcePort, ref value),
            Source.DestinationPort => TryWriteNumber(origin.DestinationPort, ref value),
            Source.CaptureId => TryWriteNumber(origin.CaptureId, ref value),
            Source.Proxy => Put(origin.Proxy, ref value),
        };
        return isThere && value.Length > start;
    }

    private static bool Put(ReadOnlySpan<byte> text, scoped ref AttributeText value)
    {
        value.Put(text);
        return true;
    }

    private static bool TryWriteNumber(uint number, scoped ref AttributeText value)
    {
        if (number > 0) value.Put(number);
        return number > 0;
    }

    private bool TryWriteHeader(Piece piece, scoped ref AttributeText value)
    {
        for (var i = 0; i < headers.Count(piece.Header); i++)
        {
            var line = text[headers[piece.Header, i]];
            if (line.Length > MaxLine) value.Refuse();
            else if (piece.Part == Part.Value) value.PutUnfolded(line);
            else if (!TryWriteAddress(line, piece, ref value)) continue;
            return true;
        }
        return false;
    }

    /// <summary>Of several addresses the first that has what is wanted: one has a name, say, and the next a number (RFC 3325 9.1).</summary>
    private bool TryWriteAddress(ReadOnlySpan<byte> line, Piece piece, scoped ref AttributeText value)
    {
        while (NamedAddress.TryTake(ref line, out var address))
        {
            if (IsOfCaller(address, piece.Source) && !IsSkipped(address.Uri) && TryWriteOf(address, piece, ref value)) return true;
            // Topmost is who diverted last (RFC 5806 5.1); those below are another's business.
            if (piece.Source == Source.Diversion) return false;
        }
        return false;
    }

    private bool TryWriteOf(NamedAddress address, Piece piece, scoped ref AttributeText value)
    {
        if (piece.Part != Part.Parameter || !address.TryFind(piece.Text, out var parameter))
            return UriText.TryWrite(address.Uri, piece, rules.Numbers, ref value);
        value.PutUnfolded(parameter);
        return true;
    }

    /// <summary>Remote-Party-ID says whose it is; without a word the sender's.</summary>
    private static bool IsOfCaller(NamedAddress address, Source source) =>
        source != Source.RemotePartyId || !address.TryFind("party"u8, out var party) || Ascii.EqualsIgnoreCase(party, "calling"u8);

    private bool IsSkipped(ReadOnlySpan<byte> uri) => rules.SkipsAnonymous && UriParts.Of(uri).IsAnonymous;

    private bool TryWriteUri(ReadOnlySpan<byte> uri, Piece piece, scoped ref AttributeText value) =>
        !uri.IsEmpty && !IsSkipped(uri) && UriText.TryWrite(uri, piece, rules.Numbers, ref value);
}
