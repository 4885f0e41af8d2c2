namespace Dlgs.Streams.Client;

/// <summary>What tells the service with each question who asks (RFC 6750).</summary>
internal static class BearerToken
{
    /// <summary>Null: there is none. Throws an ArgumentException for a file that has none.</summary>
    public static Func<CancellationToken, ValueTask<string>>? Of(ServiceOptions options)
    {
        if (options.TokenFile is not { } file) return options.Token;
        if (options.Token is not null) throw new ArgumentException("TokenFile, Token: one of them.");
        var tokens = new Reread<string>([file], texts =>
            texts[0].Trim() is var text && IsOne(text) ? text : throw new ArgumentException($"'{file}' has no bearer token, or more than one."));
        return _ => ValueTask.FromResult(tokens.Current);
    }

    /// <summary>RFC 6750 2.1: what may stand in the header, and no more.</summary>
    public static bool IsOne(string? text) => text is { Length: > 0 } && text.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c));
}
