using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The options of one room: what they are made of, and how they are made of the flat names and checked.</summary>
internal sealed record RoomOptions(IReadOnlyList<Setting> Settings, Action<IServiceCollection, IConfiguration> AddTo)
{
    /// <summary>What a gateway has of the other rooms: who it is, where it writes, what a message may be, and how it is looked at.</summary>
    private static readonly string[] SharedWithGateway =
    [
        "bootstrap_servers", "topic_prefix", "instance", "probes", "tls_certificate", "tls_key", "tls_client_ca",
        "rules", "limit_call_id", "limit_tag", "limit_text",
    ];

    /// <summary>In the order of --help; those that only commands read are the last.</summary>
    public static IReadOnlyList<RoomOptions> All { get; } =
    [
        Of(new ClusterOptionsCheck(), (cluster, configuration) => KafkaSettings.Fill(cluster.Kafka, configuration)),
        Of(new GrpcOptionsCheck()),
        Of(new HttpOptionsCheck()),
        Of(new PeerOptionsCheck()),
        Of<ListenerAccess>(check: null),
        Of(new AccessOptionsCheck()),
        Of(new LogOptionsCheck()),
        Of<RuleOptions>(check: null),
        Of(new LaneOptionsCheck()),
        Of(new LifetimeOptionsCheck()),
        Of(new LimitOptionsCheck()),
        Of(new MemoryOptionsCheck()),
        Of(new AnswerOptionsCheck()),
        Of(new GatewayOptionsCheck()),
        Of<CommandOptions>(check: null),
    ];

    public static IEnumerable<Setting> Every => All.SelectMany(room => room.Settings);

    /// <summary>The settings of serve.</summary>
    public static IEnumerable<Setting> OfService => All.SkipLast(1).SelectMany(room => room.Settings);

    /// <summary>The settings of a gateway alone.</summary>
    public static IEnumerable<Setting> OfGateway =>
        [.. Every.Where(setting => SharedWithGateway.Contains(setting.Name)), .. Setting.Of<LogOptions>(), .. Setting.Of<GatewayOptions>()];

    private static RoomOptions Of<TOptions>(IValidateOptions<TOptions>? check, Action<TOptions, IConfiguration>? fillRest = null) where TOptions : class, new()
    {
        var settings = Setting.Of<TOptions>();
        return new RoomOptions(settings, (services, configuration) =>
        {
            if (check is not null) services.AddSingleton(check);
            services.AddSingleton<IValidateOptions<TOptions>>(new ReadCheck<TOptions>(settings, configuration));
            services.AddOptions<TOptions>().ValidateOnStart().Configure(options =>
            {
                foreach (var setting in settings) setting.Fill(options, configuration);
                fillRest?.Invoke(options, configuration);
            });
        });
    }

    /// <summary>Values that are no values of their settings.</summary>
    private sealed class ReadCheck<TOptions>(IReadOnlyList<Setting> settings, IConfiguration configuration) : IValidateOptions<TOptions> where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            settings.Select(setting => setting.Failure(configuration)).OfType<string>().ToArray() is { Length: > 0 } failures
                ? ValidateOptionsResult.Fail(failures)
                : ValidateOptionsResult.Success;
    }
}
