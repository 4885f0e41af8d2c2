using System.Collections;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Settings;

/// <summary>
/// What the environment says: DLGS_TOPIC_PREFIX is topic_prefix, DLGS_KAFKA__SECURITY_PROTOCOL librdkafka's security.protocol. OTEL_ and
/// more is OpenTelemetry's, under its own name. Nothing else is let in: to ASP.NET, DLGS_KESTREL:... or DLGS_URLS would open ports.
/// </summary>
internal sealed partial class EnvironmentSettings
{
    private const string Prefix = "DLGS_";
    private const string KafkaPrefix = "DLGS_KAFKA__";
    private const string TelemetryPrefix = "OTEL_";

    private static readonly Dictionary<string, string> Names = RoomOptions.Every.ToDictionary(setting => setting.Variable, setting => setting.Name);

    private readonly List<string> warnings = [];

    public EnvironmentSettings(IDictionary variables)
    {
        foreach (DictionaryEntry variable in variables)
        {
            var (name, value) = (((string)variable.Key).ToUpperInvariant(), (string?)variable.Value);
            if (name.StartsWith(TelemetryPrefix, StringComparison.Ordinal)) Values[name] = value;
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (name.StartsWith(KafkaPrefix, StringComparison.Ordinal)) Values[KafkaName(name)] = value;
            else if (Names.TryGetValue(name, out var setting)) Values[setting] = value;
            else if (!OfKubernetes().IsMatch(name) && !AddressOfKubernetes().IsMatch(value ?? "")) warnings.Add(Warning(name));
        }
    }

    /// <summary>By the names that settings have in files.</summary>
    public Dictionary<string, string?> Values { get; } = [];

    /// <summary>Variables that look like settings and are none; in the environment a name may be somebody else's.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    private static string KafkaName(string variable) => "kafka:" + variable[KafkaPrefix.Length..].ToLowerInvariant().Replace('_', '.');

    private static string Warning(string name)
    {
        var meant = name.StartsWith("DLGS_KAFKA_", StringComparison.Ordinal) ? KafkaPrefix + name["DLGS_KAFKA_".Length..] : NearestName.Of(name, Names.Keys);
        return $"{name} is no setting, and changes nothing; {(meant is null ? "'dlgs serve --help' lists them" : $"did you mean {meant}?")}";
    }

    /// <summary>Of a Service called dlgs, Kubernetes tells every pod of its namespace: DLGS_SERVICE_HOST, DLGS_PORT_5090_TCP_ADDR and so on.</summary>
    [GeneratedRegex(@"_SERVICE_(HOST|PORT)(_|\z)|_PORT_\d+_(TCP|UDP|SCTP)(_|\z)")]
    private static partial Regex OfKubernetes();

    /// <summary>And DLGS_PORT.</summary>
    [GeneratedRegex(@"\A(tcp|udp|sctp)://")]
    private static partial Regex AddressOfKubernetes();
}
