namespace Dlgs.Streams.Sip;

/// <summary>The header fields behind a start line, one after the other, until the empty line.</summary>
internal ref struct SipFields(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;
    private ReadOnlySpan<byte> value;

    /// <summary>Which header field it is, of those that <see cref="MoveNext"/> found.</summary>
    public SipHeader Header { get; private set; }

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value without the white space around; where it is folded, line ends are among the white space in it.</summary>
    public readonly ReadOnlySpan<byte> Value => SipText.Trim(value);

    /// <summary>The text ends in this field, without a line end: it may have been cut there, or may only have lost that.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The empty line is there, when all fields were taken.</summary>
    public readonly bool HasEnd => !rest.IsEmpty;

    /// <summary>What stands behind the empty line, when all fields were taken.</summary>
    public readonly ReadOnlySpan<byte> Body => rest[(rest.IndexOf((byte)'\n') + 1)..];

    /// <summary>The next field that has a <see cref="SipHeader"/>.</summary>
    public bool MoveNext()
    {
        while (MoveToAny())
        {
            Header = SipHeaders.Find(Name);
            if (Header != SipHeader.Other) return true;
        }
        return false;
    }

    /// <summary>The next field, whichever it is.</summary>
    public bool MoveToAny()
    {
        while (TryTakeField(out var field))
        {
            var colon = field.IndexOf((byte)':');
            if (colon < 0) continue;
            Name = SipText.Trim(field[..colon]);
            value = field[(colon + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>
    /// One line with those folded into it (RFC 3261 7.3.1: a line that begins with white space goes on with the one before). A missing empty
    /// line at the end is forgiven.
    /// </summary>
    private bool TryTakeField(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (rest.IsEmpty || rest[0] == '\n' || rest.StartsWith("\r\n"u8)) return false;
        var length = 0;
        do
        {
            var end = rest[length..].IndexOf((byte)'\n');
            IsCut = end < 0;
            length = IsCut ? rest.Length : length + end + 1;
        }
        while (length < rest.Length && rest[length] is (byte)' ' or (byte)'\t');
        field = rest[..length];
        rest = rest[length..];
        return true;
    }
}
