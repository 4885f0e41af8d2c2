using System.Text;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Rules;

/// <summary>A SIP, SIPS or tel URI in its parts (RFC 3261 19.1, RFC 3966 3), each as it stands there. Of another it is all user.</summary>
internal readonly ref struct UriParts
{
    private UriParts(ReadOnlySpan<byte> user, ReadOnlySpan<byte> userParameters, ReadOnlySpan<byte> host, ReadOnlySpan<byte> parameters)
    {
        User = user;
        UserParameters = userParameters;
        Host = host;
        Parameters = parameters;
    }

    /// <summary>Without password and parameters; of a tel URI its number.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>What follows the user behind a semicolon: "npdi;rn=+4930" (RFC 3261 19.1.6, RFC 4694).</summary>
    public ReadOnlySpan<byte> UserParameters { get; }

    /// <summary>Without port; an IPv6 reference with its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; }

    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>The user is a number with visual separators (RFC 3966 5.1.1).</summary>
    public bool IsTel { get; private init; }

    /// <summary>The caller does not say who it is (RFC 3323 4.1.1.3).</summary>
    public bool IsAnonymous => Ascii.EqualsIgnoreCase(User, "anonymous"u8) || Ascii.EqualsIgnoreCase(Host, "anonymous.invalid"u8);

    public static UriParts Of(ReadOnlySpan<byte> uri)
    {
        if (StartsWith(uri, "tel:"u8))
        {
            var (number, parameters) = Split(uri[4..], (byte)';');
            return new UriParts(number, default, default, parameters) { IsTel = true };
        }
        var hasScheme = true;
        if (StartsWith(uri, "sip:"u8)) uri = uri[4..];
        else if (StartsWith(uri, "sips:"u8)) uri = uri[5..];
        else hasScheme = false;

        // The first one: an '@' in the user would have to be escaped (RFC 3261 25.1), one in a parameter comes later.
        var at = uri.IndexOf((byte)'@');
        if (at < 0 && !hasScheme)
        {
            var (bare, parameters) = Split(uri, (byte)';');
            return new UriParts(bare, default, default, parameters);
        }
        var (user, userParameters) = Split(at < 0 ? default : Split(uri[..at], (byte)':').Before, (byte)';');
        var (host, rest) = Split(Split(uri[(at + 1)..], (byte)'?').Before, (byte)';');
        var port = host.IsEmpty || host[0] != '[' ? host.IndexOf((byte)':') : host.IndexOf((byte)']') + 1;
        return new UriParts(user, userParameters, port > 0 ? host[..port] : host, rest);
    }

    /// <summary>A parameter's value, of the URI or of its user; false: there is none.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SipText.TryFindParameter(Parameters, name, out value) && !value.IsEmpty
        || SipText.TryFindParameter(UserParameters, name, out value) && !value.IsEmpty;

    private static Halves Split(ReadOnlySpan<byte> text, byte sign) =>
        text.IndexOf(sign) is >= 0 and var at ? new(text[..at], text[(at + 1)..]) : new(text, default);

    private static bool StartsWith(ReadOnlySpan<byte> uri, ReadOnlySpan<byte> scheme) =>
        uri.Length >= scheme.Length && Ascii.EqualsIgnoreCase(uri[..scheme.Length], scheme);

    private readonly ref struct Halves(ReadOnlySpan<byte> before, ReadOnlySpan<byte> behind)
    {
        private readonly ReadOnlySpan<byte> behind = behind;

        public ReadOnlySpan<byte> Before { get; } = before;

        public void Deconstruct(out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
        {
            first = Before;
            second = behind;
        }
    }
}
