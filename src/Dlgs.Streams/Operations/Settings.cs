using System.CommandLine;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Dlgs.Streams.Operations;

/// <summary>The settings of <see cref="DlgsOptions"/> as command line options, read from their attributes, so that --help cannot drift from the truth.</summary>
internal static class Settings
{
    private static readonly DlgsOptions Defaults = new();

    private static readonly PropertyInfo[] Properties = [.. typeof(DlgsOptions).GetProperties().Where(p => p.GetCustomAttribute<DescriptionAttribute>() is not null)];

    public static string NameOf(PropertyInfo property) => property.GetCustomAttribute<ConfigurationKeyNameAttribute>()!.Name;

    /// <summary>An option per setting, or per one named in <paramref name="only"/>.</summary>
    public static List<Option> Options(params string[] only)
    {
        var options = new List<Option>();
        foreach (var property in Properties)
        {
            var name = NameOf(property);
            if (only.Length > 0 && !only.Contains(name)) continue;
            var option = property.PropertyType == typeof(bool) ? (Option)new Option<bool>(Dashed(name)) : new Option<string>(Dashed(name)) { HelpName = property.PropertyType == typeof(int) ? "N" : "TEXT" };
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

    /// <summary>Values that are of the wrong type, each with its name and what is allowed; the ranges are the validator's.</summary>
    public static IEnumerable<string> Malformed(IConfiguration configuration)
    {
        foreach (var property in Properties)
        {
            if (configuration[NameOf(property)] is not { } value) continue;
            if (property.PropertyType == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
                yield return $"{NameOf(property)}: '{value}' is no whole number; {Range(property)}.";
            if (property.PropertyType == typeof(bool) && !bool.TryParse(value, out _))
                yield return $"{NameOf(property)}: '{value}' is neither true nor false.";
        }
    }

    /// <summary>DLGS_TOPIC_PREFIX is topic_prefix; DLGS_KAFKA__SECURITY_PROTOCOL is librdkafka's security.protocol.</summary>
    private static Dictionary<string, string?> FromEnvironment()
    {
        var settings = new Dictionary<string, string?>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith("DLGS_", StringComparison.OrdinalIgnoreCase)) continue;
            name = name[5..].ToLowerInvariant();
            settings[name.StartsWith("kafka__", StringComparison.Ordinal) ? $"kafka:{name[7..].Replace('_', '.')}" : name] = (string?)variable.Value;
        }
        return settings;
    }

    private static string Describe(PropertyInfo property, string name)
    {
        var value = property.GetValue(Defaults);
        var range = Range(property);
        return $"{property.GetCustomAttribute<DescriptionAttribute>()!.Description} [{name}]{(range.Length > 0 ? " " + range + "." : "")}{(value is null or "" || name == "instance" ? "" : $" Default: {Convert.ToString(value, CultureInfo.InvariantCulture)}.")}";
    }

    private static string Range(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() is { } range ? $"{range.Minimum} to {range.Maximum}" : "";

    private static string Dashed(string name) => "--" + name.Replace('_', '-');
}
