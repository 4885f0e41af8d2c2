using System.CommandLine;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>--config, and with it all that a command is told by that file, by the environment and by those of its options that are settings.</summary>
internal sealed class ConfigOption : Option<string?>
{
    public ConfigOption()
        : base("--config")
    {
        Description = "JSON file with settings. The environment (DLGS_...) comes before it, and the options here before both. Default: none.";
        HelpName = "FILE";
    }

    private bool hasWarned;

    /// <summary>Says, once, what in the environment looks like a setting and is none.</summary>
    public void AddTo(IConfigurationBuilder configuration, ParseResult result, IEnumerable<Option> settings)
    {
        var environment = new EnvironmentSettings(Environment.GetEnvironmentVariables());
        if (!hasWarned) foreach (var warning in environment.Warnings) Output.Error($"dlgs {result.CommandResult.Command.Name}: {warning}");
        hasWarned = true;
        configuration.AddSettings(result.GetValue(this), environment, result, settings);
    }

    /// <summary>The settings of a room, and what the command knows better. Throws an OptionsValidationException with all that is wrong with them.</summary>
    public TOptions Read<TOptions>(ParseResult result, Option[] settings, params KeyValuePair<string, string?>[] known) where TOptions : class
    {
        using var configuration = new ConfigurationManager();
        AddTo(configuration, result, settings);
        configuration.AddInMemoryCollection(known);
        return configuration.Read<TOptions>();
    }
}
