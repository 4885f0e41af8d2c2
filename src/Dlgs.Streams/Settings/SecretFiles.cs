namespace Dlgs.Streams.Settings;

/// <summary>
/// Secrets of librdkafka that stand in files of their own, as orchestrators mount them: kafka:sasl.password.file has the path of what would
/// be kafka:sasl.password. Read once, at start.
/// </summary>
internal static class SecretFiles
{
    private const string Suffix = ".file";
    private const int MaxBytes = 65_536;

    private static readonly string[] Secrets =
        ["sasl.password", "sasl.username", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret"];

    /// <summary>Puts what each file has in the place of its path; one that cannot be read stays, for <see cref="Failures"/> to say why.</summary>
    public static void Read(Dictionary<string, string> settings)
    {
        foreach (var secret in Secrets.Where(secret => settings.ContainsKey(secret + Suffix)))
            if (WhyNot(settings, secret, out var text) is null) (settings[secret], _) = (text, settings.Remove(secret + Suffix));
    }

    public static IEnumerable<string?> Failures(IReadOnlyDictionary<string, string> settings) => Secrets.Select(secret => WhyNot(settings, secret, out _));

    /// <summary>Null: there is no such file to be read, or it was read. What it has is in no message.</summary>
    private static string? WhyNot(IReadOnlyDictionary<string, string> settings, string secret, out string text)
    {
        text = "";
        if (!settings.TryGetValue(secret + Suffix, out var path)) return null;
        if (settings.ContainsKey(secret)) return $"kafka:{secret}{Suffix}: not together with kafka:{secret}.";
        try
        {
            if (new FileInfo(path).Length > MaxBytes) return $"kafka:{secret}{Suffix}: {path} is larger than {MaxBytes} bytes.";
            text = File.ReadAllText(path).TrimEnd('\r', '\n');
            return text.Length > 0 ? null : $"kafka:{secret}{Suffix}: {path} is empty.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"kafka:{secret}{Suffix}: '{path}' cannot be read: {e.Message.TrimEnd('.')}.";
        }
    }
}
