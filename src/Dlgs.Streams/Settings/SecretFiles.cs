namespace Dlgs.Streams.Settings;

/// <summary>
/// Secrets that stand in files of their own, as orchestrators mount them: of librdkafka's, kafka:sasl.password.file has the path of what would
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
        return settings.ContainsKey(secret) ? $"kafka:{secret}{Suffix}: not together with kafka:{secret}." : WhyNot($"kafka:{secret}{Suffix}", path, out text);
    }

    /// <summary>The secret that stands in the file which a setting names. Null: it was read.</summary>
    public static string? WhyNot(string setting, string path, out string secret)
    {
        secret = "";
        try
        {
            if (Directory.Exists(path)) return $"{setting}: {path} is a directory.";
            // A device says of itself that it has 0 bytes, and has no end.
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read > MaxBytes) return $"{setting}: {path} is larger than {MaxBytes} bytes.";
            using var text = new StreamReader(new MemoryStream(bytes, 0, read));
            secret = text.ReadToEnd().TrimEnd('\r', '\n');
            return secret.Length > 0 ? null : $"{setting}: {path} is empty.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"{setting}: '{path}' cannot be read: {e.Message.TrimEnd('.')}.";
        }
    }
}
