using System.CommandLine;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>
/// The settings of <see cref="DlgsOptions"/> as command line options, read from their attributes, so that --help
/// cannot drift from the truth.
/// </summary>
internal static class SettingSources
{
    private static readonly DlgsOptions Defaults = new();

    private static readonly PropertyInfo[] Properties =
        [.. typeof(DlgsOptions).GetProperties().Where(p => p.GetCustomAttribute<DescriptionAttribute>() is not null)];

    /// <summary>What a file may have beside the settings: those of librdkafka, and of .NET's logging.</summary>
    private static readonly string[] OtherSections = ["kafka", "logging"];

    public static string NameOf(PropertyInfo property) => property.GetCustomAttribute<ConfigurationKeyNameAttribute>()!.Name;

    /// <summary>An option per setting, or per one named in <paramref name="only"/>.</summary>
    public static List<Option> Options(params string[] only)
    {
        var options = new List<Option>();
        foreach (var property in Properties)
        {
            var name = NameOf(property);
            if (only.Length > 0 && !only.Contains(name)) continue;
            var option = property.PropertyType == typeof(bool)
                ? (Option)new Option<bool>(Dashed(name))
                : new Option<string>(Dashed(name)) { HelpName = property.PropertyType == typeof(int) ? "N" : "TEXT" };
            option.Description = Describe(property, name);
            options.Add(option);
        }
        return options;
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

    /// <summary>
    /// What no setting can be: a value of another type, a name in the file that is none. Values are replaced by their defaults, so that the
    /// other rules can be checked and all failures told at once. In the environment a name may be somebody else's.
    /// </summary>
    public static MalformedSettings TakeMalformed(IConfigurationManager configuration)
    {
        var failures = new List<string>();
        var replaced = new Dictionary<string, string?>();
        foreach (var property in Properties)
        {
            var name = NameOf(property);
            // What cannot be bound at all cannot be told together with the others.
            if (configuration.GetSection(name).GetChildren().Any())
                throw new OptionsValidationException(name, typeof(DlgsOptions), [$"{name}: a list or an object; it is one value, as in \"{name}\": \"...\"."]);
            if (configuration[name] is not { } value || Failure(property, value) is not { } failure) continue;
            failures.Add($"{name}: '{value}' {failure}.");
            replaced[name] = Convert.ToString(property.GetValue(Defaults), CultureInfo.InvariantCulture);
        }
        failures.AddRange(UnknownNames(configuration).Select(name => $"{name}: there is no such setting; 'dlgs serve --help' lists them."));
        configuration.AddInMemoryCollection(replaced);
        return new MalformedSettings(failures);
    }

    private static string? Failure(PropertyInfo property, string value) =>
        property.PropertyType == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            ? $"is no whole number; {Range(property)}"
        : property.PropertyType == typeof(bool) && !bool.TryParse(value, out _) ? "is neither true nor false"
        : null;

    private static IEnumerable<string> UnknownNames(IConfigurationManager configuration)
    {
        var known = OtherSections.Concat(Properties.Select(NameOf)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.Sources.OfType<JsonConfigurationSource>()
            .SelectMany(file => new ConfigurationBuilder().Add(file).Build().GetChildren())
            .Select(section => section.Key).Where(name => !known.Contains(name));
    }

    /// <summary>
    /// DLGS_TOPIC_PREFIX is topic_prefix; DLGS_KAFKA__SECURITY_PROTOCOL is librdkafka's security.protocol. Nothing else is let in: to ASP.NET,
    /// DLGS_KESTREL:... or DLGS_URLS would open ports.
    /// </summary>
    private static Dictionary<string, string?> FromEnvironment()
    {
        var settings = KafkaSettings.FromEnvironment().ToDictionary(setting => $"kafka:{setting.Key}", setting => (string?)setting.Value);
        var names = Properties.Select(NameOf).ToHashSet();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith("DLGS_", StringComparison.OrdinalIgnoreCase)) continue;
            name = name[5..].ToLowerInvariant();
            if (names.Contains(name)) settings[name] = (string?)variable.Value;
        }
        return settings;
    }

    private static string Describe(PropertyInfo property, string name)
    {
        var value = property.GetValue(Defaults);
        var range = Range(property);
        var standard = value switch
        {
            bool => "off",
            string text => $"'{text}'",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
        return $"{property.GetCustomAttribute<DescriptionAttribute>()!.Description} [{name}]"
            + (range.Length > 0 ? $" {range}." : "")
            + (value is null or "" || name == "instance" ? "" : $" Default: {standard}.");
    }

    private static string Range(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? $"{range.Minimum} to {range.Maximum}" : "";

    private static string Dashed(string name) => "--" + name.Replace('_', '-');
}

/// <summary>Failures that were found while the settings were read.</summary>
internal sealed class MalformedSettings(IReadOnlyCollection<string> failures) : IValidateOptions<DlgsOptions>
{
    public ValidateOptionsResult Validate(string? name, DlgsOptions options) =>
        failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}
