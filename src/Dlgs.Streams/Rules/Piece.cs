namespace Dlgs.Streams.Rules;

/// <summary>A piece of a template: a constant text, or a part of a source.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Part">What of it is taken.</param>
/// <param name="Header">Which of the rules' header fields it is read from; -1: from none.</param>
/// <param name="Text">Of a constant, the text; of a parameter, its name.</param>
internal sealed record Piece(Source Source, Part Part, int Header, byte[] Text)
{
    /// <summary>
    /// A reply has it as its request had: From, To (RFC 3261 8.2.6.2) and the way. Its other header fields speak of the callee.
    /// </summary>
    public bool IsInReplies => Source is not (Source.RequestUri or Source.PAssertedIdentity or Source.PPreferredIdentity
        or Source.RemotePartyId or Source.Diversion or Source.Header);

    /// <summary>SipReader has read it already.</summary>
    public bool IsRead => Source is Source.From or Source.To && Part is not (Part.Value or Part.Parameter);
}
