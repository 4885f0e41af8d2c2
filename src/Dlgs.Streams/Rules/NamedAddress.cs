using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Rules;

/// <summary>One address of a header field that has addresses: "Alice" &lt;sip:alice@x&gt;;tag=1 (RFC 3261 20.10, RFC 3325 9.1, RFC 5806 4).</summary>
internal readonly ref struct NamedAddress
{
    private NamedAddress(ReadOnlySpan<byte> uri, ReadOnlySpan<byte> parameters)
    {
        Uri = SipText.Trim(uri);
        Parameters = parameters;
    }

    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>Those of the header field; the URI has its own.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Takes the next address of a list; false: there is none, or something in it does not end.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> list, out NamedAddress address)
    {
        address = default;
        var all = list.TrimStart(", \t\r\n"u8);
        list = default;
        if (all.IsEmpty) return false;
        var behind = all;
        var isWhole = SipText.TryTake(ref behind, (byte)',', out var first);
        // A comma before the brackets ends an address that has none; one in them is the URI's. To look for brackets beyond it would take, in a list
        // that has none, the square of its length.
        var bracket = first;
        SipText.TryTake(ref bracket, (byte)'<', out var name);
        if (name.Length < first.Length) return TryTakeBrackets(all[(name.Length + 1)..], out list, out address);
        if (!isWhole || !SipText.TryTake(ref first, (byte)';', out var uri)) return false;
        address = new NamedAddress(uri, first);
        list = behind;
        return true;
    }

    private static bool TryTakeBrackets(ReadOnlySpan<byte> inside, out ReadOnlySpan<byte> list, out NamedAddress address)
    {
        list = default;
        address = default;
        var end = inside.IndexOf((byte)'>');
        if (end < 0) return false;
        var rest = inside[(end + 1)..];
        if (!SipText.TryTake(ref rest, (byte)',', out var parameters)) return false;
        address = new NamedAddress(inside[..end], parameters.TrimStart("; \t\r\n"u8));
        list = rest;
        return true;
    }

    /// <summary>The value of a parameter of the header field; false: there is none.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) => SipText.TryFindParameter(Parameters, name, out value) && !value.IsEmpty;
}
