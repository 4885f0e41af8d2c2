using System.Text.Json;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>Somebody to the brokers: a file for --config with what lets him in, and the password in a file of its own.</summary>
internal sealed class KafkaUser : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-user-").FullName;

    /// <summary>By SCRAM, over TLS; what else is given takes the place of the same.</summary>
    public KafkaUser(SecuredBroker broker, string name, string password, params (string Name, string? Value)[] settings)
    {
        var secret = Path.Combine(folder, "password");
        File.WriteAllText(secret, password + "\n");
        var kafka = new Dictionary<string, string?>
        {
            ["security.protocol"] = "SASL_SSL",
            ["sasl.mechanism"] = "SCRAM-SHA-512",
            ["sasl.username"] = name,
            ["sasl.password.file"] = secret,
            ["ssl.ca.location"] = broker.CaFile,
        };
        foreach (var (setting, value) in settings) kafka[setting] = value;
        File.WriteAllText(ConfigFile, JsonSerializer.Serialize(new { kafka = kafka.Where(setting => setting.Value is not null).ToDictionary() }));
    }

    public string ConfigFile => Path.Combine(folder, "dlgs.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
