using System.CommandLine;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Operations;

namespace Dlgs.Streams.Cli;

/// <summary>What every command that talks to Kafka takes.</summary>
internal sealed class KafkaOptions
{
    private readonly Option<string> servers = new("--bootstrap-servers")
    {
        Description = "Kafka brokers, host:port[,...]. Default: DLGS_BOOTSTRAP_SERVERS.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => DefaultServers,
    };

    private readonly Option<string> prefix = new("--topic-prefix")
    {
        Description = "What every topic's name begins with. Default: DLGS_TOPIC_PREFIX, or dlgs. (with the dot).",
        HelpName = "TEXT",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("DLGS_TOPIC_PREFIX") ?? "dlgs.",
    };

    private static string DefaultServers => Environment.GetEnvironmentVariable("DLGS_BOOTSTRAP_SERVERS") ?? "";

    public void AddTo(Command command)
    {
        command.Add(servers);
        command.Add(prefix);
        command.Validators.Add(result =>
        {
            // Defaults are not there yet when a command is validated.
            var value = result.GetResult(servers) is null ? DefaultServers : result.GetValue(servers);
            if (string.IsNullOrWhiteSpace(value)) result.AddError("--bootstrap-servers is required (or DLGS_BOOTSTRAP_SERVERS).");
        });
    }

    public Topics Topics(ParseResult result) => new(result.GetRequiredValue(prefix));

    /// <summary>Settings for librdkafka: the brokers, and what DLGS_KAFKA__... says.</summary>
    public Dictionary<string, string> Client(ParseResult result)
    {
        var settings = KafkaSettings.FromEnvironment();
        settings["bootstrap.servers"] = result.GetRequiredValue(servers);
        return settings;
    }
}
