namespace Dlgs.Streams.Core.Queries;

/// <summary>The twelve character classes of POSIX bracket expressions, in the C locale (IEEE Std 1003.1 9.3.5).</summary>
internal static class CharacterClasses
{
    /// <summary>The class as ranges for the inside of a .NET bracket; null: there is no such class.</summary>
    public static string? ToRegex(string name) => name switch
    {
        "alpha" => "a-zA-Z",
        "digit" => "0-9",
        "alnum" => "a-zA-Z0-9",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => @"\t-\r ",
        "blank" => @"\t ",
        "punct" => @"!-/:-@\[-`{-~",
        "print" => @"\x20-\x7e",
        "graph" => @"\x21-\x7e",
        "cntrl" => @"\x00-\x1f\x7f",
        "xdigit" => "0-9A-Fa-f",
        _ => null,
    };

    /// <summary>Whether a byte is in the class; null: there is no such class.</summary>
    public static bool? Has(ReadOnlySpan<byte> name, byte b) => name switch
    {
        _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter((char)b),
        _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit((char)b),
        _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit((char)b),
        _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper((char)b),
        _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower((char)b),
        _ when name.SequenceEqual("space"u8) => b is (>= 9 and <= 13) or 32,
        _ when name.SequenceEqual("blank"u8) => b is 9 or 32,
        _ when name.SequenceEqual("punct"u8) => b is > 32 and < 127 && !char.IsAsciiLetterOrDigit((char)b),
        _ when name.SequenceEqual("print"u8) => b is >= 32 and < 127,
        _ when name.SequenceEqual("graph"u8) => b is > 32 and < 127,
        _ when name.SequenceEqual("cntrl"u8) => b is < 32 or 127,
        _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit((char)b),
        _ => null,
    };
}
