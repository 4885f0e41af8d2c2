namespace Dlgs.Streams.Settings;

/// <summary>A file for --config with every setting, each as a comment with what it is for and its default.</summary>
internal static class SampleConfig
{
    public static IEnumerable<string> Lines()
    {
        yield return "// The settings of dlgs, with their defaults; or with an example, where there is none. Without the // before its name, one is set.";
        yield return "{";
        foreach (var setting in RoomOptions.Every)
        {
            yield return $"  // {setting.Purpose}";
            yield return $"  // \"{setting.Name}\": {setting.Sample},";
            yield return "";
        }
        yield return "  // Any setting of librdkafka, except the ones that exactly-once or the lanes depend on.";
        yield return """  // "kafka": { "security.protocol": "SASL_SSL" },""";
        yield return "";
        yield return "  // What is logged, by .NET's rules.";
        yield return """  // "Logging": { "LogLevel": { "Default": "Information" } }""";
        yield return "}";
    }
}
