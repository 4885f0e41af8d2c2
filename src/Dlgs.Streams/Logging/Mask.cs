using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Logging;

/// <summary>
/// What a log, and whoever is not the caller, sees of a call: that it is the same one again, not whose it is. A Call-ID is shown as a short
/// hash, by which it can be found where one may read it; a number, a URI, a tag or a pattern not at all: hashes of numbers are soon guessed.
/// </summary>
internal sealed partial class Mask
{
    private const string Masked = "***";
    private const int HashBytes = 6;

    /// <summary>For what others than the operator read too.</summary>
    public static Mask Always { get; } = new();

    /// <summary>Everything is shown as it is (setting unmask).</summary>
    public bool IsOff { get; init; }

    /// <summary>As printf %s CALL-ID | sha256sum begins.</summary>
    public static string HashOf(ReadOnlySpan<byte> callId) => Convert.ToHexStringLower(SHA256.HashData(callId).AsSpan(0, HashBytes));

    /// <summary>Of a Call-ID.</summary>
    public string Call(ReadOnlySpan<byte> callId) => callId.IsEmpty ? "none" : IsOff ? PlainText.Of(Encoding.UTF8.GetString(callId)) : HashOf(callId);

    public string Call(string callId) => Call(Encoding.UTF8.GetBytes(callId));

    /// <summary>Of a number, a URI, a tag, data or a pattern.</summary>
    public string Value(string value) => value.Length == 0 ? "''" : IsOff ? PlainText.Of(value) : Masked;

    /// <summary>Of text that others have worded, an exception's above all: what looks like a number or the user part of a URI is taken out.</summary>
    public string Text(string text) => IsOff ? text : Number().Replace(OtherUri().Replace(UserPart().Replace(text, Masked + "@"), Masked), Masked);

    [GeneratedRegex("""[^\s"'<>():,/@]+@""")]
    private static partial Regex UserPart();

    [GeneratedRegex("""(?<=\b(sips?|tel|urn):)[^\s"'<>@]+(?![^\s"'<>]*@)""", RegexOptions.IgnoreCase)]
    private static partial Regex OtherUri();

    /// <summary>Ports have five digits at the most.</summary>
    [GeneratedRegex("[0-9]{6,}")]
    private static partial Regex Number();
}
