using System.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>
/// Where settings come from. Each has one name: in files as it stands there, in the environment DLGS_ and the name in capitals, on the
/// command line with dashes. Any setting of librdkafka passes through under kafka:, except the ones that exactly-once depends on.
/// </summary>
internal static class SettingSources
{
    /// <summary>What a file may have beside the settings: those of librdkafka, and of .NET's logging.</summary>
    private static readonly string[] OtherSections = ["kafka", "logging"];

    /// <summary>An option per setting, whose help cannot drift from the truth.</summary>
    public static List<Option> Options() => [.. RoomOptions.Every.Select(OptionOf)];

    private static Option OptionOf(Setting setting)
    {
        Option option = setting.IsSwitch ? new Option<bool>(setting.Option) : new Option<string>(setting.Option) { HelpName = setting.IsNumber ? "N" : "TEXT" };
        option.Description = setting.Help;
        return option;
    }

    /// <summary>Configuration from a file, the environment and the command line, the later before the earlier.</summary>
    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder configuration, ParseResult command, IEnumerable<Option> options, string? file)
    {
        if (file is not null) configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
        configuration.AddInMemoryCollection(FromEnvironment());
        var given = new Dictionary<string, string?>();
        foreach (var option in options)
        {
            if (command.GetResult(option) is not { Implicit: false } result) continue;
            var name = option.Name.TrimStart('-').Replace('-', '_');
            given[name] = option is Option<bool> flag ? result.GetValue(flag).ToString() : result.GetValue((Option<string>)option);
        }
        return configuration.AddInMemoryCollection(given);
    }

    /// <summary>The options of every room.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var room in RoomOptions.All) room.AddTo(services, configuration);
        return services;
    }

    /// <summary>
    /// Throws an <see cref="OptionsValidationException"/> with all failures of all rooms, and the names in files that are no settings. In the
    /// environment a name may be somebody else's. Not left to the service: what needs one room's options first would say only that room's.
    /// </summary>
    public static void CheckSettings(this IConfigurationManager configuration)
    {
        var failures = UnknownNames(configuration).Select(name => $"{name}: there is no such setting; 'dlgs serve --help' lists them.").ToList();
        using var services = new ServiceCollection().AddSettings(configuration).BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException e)
        {
            failures.AddRange(e.Failures);
        }
        // Of several rooms.
        catch (AggregateException e)
        {
            failures.AddRange(e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(each => each.Failures));
        }
        if (failures.Count > 0) throw new OptionsValidationException("settings", typeof(RoomOptions), failures);
    }

    private static IEnumerable<string> UnknownNames(IConfigurationManager configuration)
    {
        var known = OtherSections.Concat(RoomOptions.Every.Select(setting => setting.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.Sources.OfType<JsonConfigurationSource>().SelectMany(file => new ConfigurationBuilder().Add(file).Build().GetChildren())
            .Select(section => section.Key).Where(name => !known.Contains(name));
    }

    /// <summary>
    /// DLGS_TOPIC_PREFIX is topic_prefix; DLGS_KAFKA__SECURITY_PROTOCOL is librdkafka's security.protocol. Nothing else is let in: to ASP.NET,
    /// DLGS_KESTREL:... or DLGS_URLS would open ports.
    /// </summary>
    private static Dictionary<string, string?> FromEnvironment()
    {
        var settings = KafkaSettings.FromEnvironment().ToDictionary(setting => $"kafka:{setting.Key}", setting => (string?)setting.Value);
        foreach (var setting in RoomOptions.Every)
            if (Environment.GetEnvironmentVariable(setting.Variable) is { } value) settings[setting.Name] = value;
        return settings;
    }
}
