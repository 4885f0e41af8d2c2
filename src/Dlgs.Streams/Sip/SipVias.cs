namespace Dlgs.Streams.Sip;

/// <summary>The branches of one Via header field, which may have several values: "SIP/2.0/UDP host;branch=x, SIP/2.0/UDP host;branch=y".</summary>
internal ref struct SipVias(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> rest = value;

    /// <summary>Empty: a Via without branch, as RFC 2543 had it.</summary>
    public ReadOnlySpan<byte> Branch { get; private set; }

    /// <summary>A quoted string does not end: the Vias behind it are not known.</summary>
    public bool IsUnclosed { get; private set; }

    public bool MoveNext()
    {
        while (!rest.IsEmpty)
        {
            if (!SipText.TryTake(ref rest, (byte)',', out var via)
                || !SipText.TryTake(ref via, (byte)';', out var sentBy)
                || !SipText.TryFindParameter(via, "branch"u8, out var branch))
            {
                IsUnclosed = true;
                return false;
            }
            // A comma too many is no Via.
            if (SipText.Trim(sentBy).IsEmpty) continue;
            Branch = branch;
            return true;
        }
        return false;
    }
}
