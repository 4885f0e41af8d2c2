namespace Dlgs.Streams.Rules;

/// <summary>
/// How numbers are dialled where the calls come from, and with it their E.164 form: "+", country code, national number. What is short (an
/// emergency call, an extension) is left as it is, and so is what lacks a country.
/// </summary>
/// <param name="Country">Code of the country whose numbers come without one; empty: not known.</param>
/// <param name="Trunk">What stands before a national number, and is no part of it; empty: nothing does (Italy's 0 is a part).</param>
/// <param name="International">What is dialled before a country code.</param>
/// <param name="Short">Numbers of so many digits are left as they are.</param>
/// <param name="UnprefixedAreInternational">What begins with none of these prefixes begins with a country code; else it is national.</param>
internal sealed record NumberPlan(byte[] Country, byte[] Trunk, byte[][] International, int Short, bool UnprefixedAreInternational)
{
    /// <summary>Digits of an E.164 number, at most (ITU-T E.164, 6).</summary>
    public const int MaxDigits = 15;

    /// <summary>Digits of a prefix, at most.</summary>
    public const int MaxPrefix = 8;

    /// <summary>Bytes that <see cref="TryWrite"/> may write.</summary>
    public const int MaxLength = MaxDigits + MaxPrefix;

    public static NumberPlan Default { get; } = new([], "0"u8.ToArray(), ["00"u8.ToArray()], 6, false);

    /// <summary>
    /// Writes the number that the user part of a URI is; false: it is none. <paramref name="context"/>: its phone-context (RFC 3966 5.1.5),
    /// which may name its country.
    /// </summary>
    public bool TryWrite(ReadOnlySpan<byte> user, ReadOnlySpan<byte> context, Span<byte> number, out int length)
    {
        length = 0;
        Span<byte> buffer = stackalloc byte[MaxLength];
        Span<byte> contextBuffer = stackalloc byte[MaxLength];
        if (!TryReadDigits(user, buffer, out var digits, out var isGlobal)) return false;
        if (isGlobal) return TryWriteGlobal(digits, default, number, out length);

        scoped ReadOnlySpan<byte> country = Country;
        if (!context.IsEmpty && context[0] == '+')
        {
            // Of a longer one (an area, a company) nobody knows which of its digits the number repeats: RFC 3966 6 has an example that does.
            if (!TryReadDigits(context, contextBuffer, out var code, out _) || code.Length > 3) return false;
            country = code;
        }
        if (digits.Length <= Short) return Copy(digits, number, out length);
        if (PrefixOf(digits) is > 0 and var dialled) return TryWriteGlobal(digits[dialled..], default, number, out length);
        if (country.IsEmpty) return !UnprefixedAreInternational || StartsWithTrunk(digits)
            ? Copy(digits, number, out length)
            : TryWriteGlobal(digits, default, number, out length);
        if (StartsWithTrunk(digits)) return TryWriteGlobal(digits[Trunk.Length..], country, number, out length);
        return TryWriteGlobal(digits, UnprefixedAreInternational ? default : country, number, out length);
    }

    /// <summary>Reads digits past visual separators (RFC 3966 5.1.1), percent-encoded or not; false: something else stands among them.</summary>
    private static bool TryReadDigits(ReadOnlySpan<byte> text, Span<byte> buffer, out ReadOnlySpan<byte> digits, out bool isGlobal)
    {
        digits = default;
        isGlobal = false;
        var count = 0;
        while (!text.IsEmpty)
        {
            var character = Percent.Take(ref text);
            if (character is >= (byte)'0' and <= (byte)'9' && count < buffer.Length) buffer[count++] = character;
            else if (character == '+' && count == 0 && !isGlobal) isGlobal = true;
            else if (character is not ((byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)' ')) return false;
        }
        digits = buffer[..count];
        return count > 0;
    }

    private int PrefixOf(ReadOnlySpan<byte> digits)
    {
        var length = 0;
        foreach (var prefix in International)
            if (digits.StartsWith(prefix)) length = Math.Max(length, prefix.Length);
        return length;
    }

    private bool StartsWithTrunk(ReadOnlySpan<byte> digits) => Trunk.Length > 0 && digits.StartsWith(Trunk);

    private static bool TryWriteGlobal(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> country, Span<byte> number, out int length)
    {
        length = country.Length + digits.Length;
        // No country's code begins with 0.
        if (digits.IsEmpty || length > MaxDigits || country.IsEmpty && digits[0] == '0') return false;
        number[0] = (byte)'+';
        country.CopyTo(number[1..]);
        digits.CopyTo(number[(1 + country.Length)..]);
        length++;
        return true;
    }

    private static bool Copy(ReadOnlySpan<byte> digits, Span<byte> number, out int length)
    {
        digits.CopyTo(number);
        length = digits.Length;
        return true;
    }
}
