using System.CommandLine;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>
/// Where settings come from. Each has one name: in files as it stands there, in the environment DLGS_ and the name in capitals, on the
/// command line with dashes. Any setting of librdkafka passes through under kafka:, except the ones that exactly-once depends on.
/// </summary>
internal static class SettingSources
{
    /// <summary>An option per setting of a command, whose help cannot drift from the truth. None for a secret.</summary>
    public static List<Option> Options(IEnumerable<Setting> settings) => [.. settings.Where(setting => !setting.IsSecret).Select(OptionOf)];

    private static Option OptionOf(Setting setting)
    {
        Option option = setting.IsSwitch ? new Option<bool>(setting.Option) : new Option<string>(setting.Option) { HelpName = setting.IsNumber ? "N" : "TEXT" };
        option.Description = setting.Help;
        return option;
    }

    /// <summary>Adds a file, the environment and the options of a command that are settings; the later come before the earlier.</summary>
    public static IConfigurationBuilder AddSettings(
        this IConfigurationBuilder configuration, string? file, EnvironmentSettings environment, ParseResult command, IEnumerable<Option> options)
    {
        if (file is not null) configuration.Add(SettingsFile.Read(file));
        configuration.AddInMemoryCollection(environment.Values);
        var given = new Dictionary<string, string?>();
        foreach (var option in options)
        {
            if (command.GetResult(option) is not { Implicit: false } result) continue;
            var name = option.Name.TrimStart('-').Replace('-', '_');
            given[name] = option is Option<bool> flag ? result.GetValue(flag).ToString() : result.GetValue((Option<string>)option);
        }
        return configuration.AddInMemoryCollection(given);
    }

    /// <summary>The options of one room alone, for a command that has no use for the others.</summary>
    public static TOptions Read<TOptions>(this IConfigurationManager configuration) where TOptions : class
    {
        if (FailuresOfFiles(configuration) is { Count: > 0 } failures) throw new OptionsValidationException("settings", typeof(TOptions), failures);
        using var services = new ServiceCollection().AddSettings(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<TOptions>>().Value;
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
        var failures = FailuresOfFiles(configuration);
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

    private static List<string> FailuresOfFiles(IConfigurationManager configuration) =>
        [.. configuration.Sources.OfType<SettingsFile>().SelectMany(file => file.Failures)];
}
