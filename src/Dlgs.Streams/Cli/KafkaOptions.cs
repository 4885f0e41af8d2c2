using System.CommandLine;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Cli;

/// <summary>What every command that talks to Kafka takes.</summary>
internal sealed class KafkaOptions
{
    private readonly ConfigOption config = new();

    private readonly Option<string> servers = new("--bootstrap-servers")
    {
        Description = "Kafka brokers, host:port[,...]. [bootstrap_servers]",
        HelpName = "TEXT",
    };

    private readonly Option<string> prefix = new("--topic-prefix")
    {
        Description = "What every topic's name begins with. [topic_prefix] Default: 'dlgs.'.",
        HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        command.Add(config);
        command.Add(servers);
        command.Add(prefix);
    }

    /// <summary>The setting of the rules.</summary>
    public AttributeRules? ReadRules(ParseResult result, RulesOption rules) => RulesOption.Load(config.Read<RuleOptions>(result, [rules]).File);

    /// <summary>The setting late_lifetime: how long a call is known after it settled.</summary>
    public TimeSpan ReadLateLifetime(ParseResult result) => config.Read<LifetimeOptions>(result, []).Late;

    /// <summary>The service's topics, and the settings of a client for librdkafka.</summary>
    public (Topics Topics, Dictionary<string, string> Client) Read(ParseResult result)
    {
        // Where the service has its broker inside, a command names that by its address.
        var cluster = config.Read<ClusterOptions>(result, [servers, prefix], new KeyValuePair<string, string?>("embedded", "false"));
        return (new Topics(cluster.TopicPrefix), new(cluster.Kafka) { ["bootstrap.servers"] = cluster.BootstrapServers! });
    }
}
