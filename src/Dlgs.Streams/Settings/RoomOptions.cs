using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The options of one room: what they are made of, and how they are made of the flat names and checked.</summary>
internal sealed record RoomOptions(IReadOnlyList<Setting> Settings, Action<IServiceCollection, IConfiguration> AddTo)
{
    /// <summary>In the order of --help.</summary>
    public static IReadOnlyList<RoomOptions> All { get; } =
    [
        Of<ClusterOptions, ClusterOptionsCheck>((cluster, configuration) => KafkaSettings.Fill(cluster.Kafka, configuration)),
        Of<GrpcOptions, GrpcOptionsCheck>(),
        Of<LaneOptions, LaneOptionsCheck>(),
        Of<LifetimeOptions, LifetimeOptionsCheck>(),
        Of<LimitOptions, LimitOptionsCheck>(),
        Of<AnswerOptions, AnswerOptionsCheck>(),
    ];

    /// <summary>The settings of all rooms.</summary>
    public static IEnumerable<Setting> Every => All.SelectMany(room => room.Settings);

    private static RoomOptions Of<TOptions, TCheck>(Action<TOptions, IConfiguration>? fillRest = null)
        where TOptions : class, new()
        where TCheck : class, IValidateOptions<TOptions>
    {
        var settings = Setting.Of<TOptions>();
        return new RoomOptions(settings, (services, configuration) => services
            .AddSingleton<IValidateOptions<TOptions>, TCheck>()
            .AddSingleton<IValidateOptions<TOptions>>(new ReadCheck<TOptions>(settings, configuration))
            .AddOptions<TOptions>().ValidateOnStart()
            .Configure(options =>
            {
                foreach (var setting in settings) setting.Fill(options, configuration);
                fillRest?.Invoke(options, configuration);
            }));
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
