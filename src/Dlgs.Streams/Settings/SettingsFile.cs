using System.Text.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The file of --config: JSON, in which comments and trailing commas may stand.</summary>
internal sealed class SettingsFile : MemoryConfigurationSource
{
    /// <summary>What a file may have beside the settings: those of librdkafka, and of .NET's logging.</summary>
    private static readonly string[] OtherSections = ["kafka", "logging"];

    private SettingsFile(IConfiguration values) => InitialData = values.AsEnumerable();

    /// <summary>Of names that are no settings.</summary>
    public IEnumerable<string> Failures
    {
        get
        {
            string[] known = [.. RoomOptions.Every.Select(setting => setting.Name), .. OtherSections];
            return from name in InitialData!.Select(value => value.Key.Split(':')[0]).Distinct()
                   where !known.Contains(name, StringComparer.OrdinalIgnoreCase)
                   let hint = NearestName.Of(name, known) is { } meant ? $"did you mean {meant}?" : "'dlgs serve --help' lists them."
                   select $"{name}: there is no such setting; {hint}";
        }
    }

    /// <summary>Throws an <see cref="OptionsValidationException"/> that says, in one line, which file cannot be read, where and why.</summary>
    public static SettingsFile Read(string path)
    {
        try
        {
            var text = JsonFile.ReadText(path);
            using (var document = JsonFile.Parse(path, text, allowsDoubles: true))
                if (document.RootElement.ValueKind != JsonValueKind.Object) throw Failure($"{path} has no settings: it is to be {{ \"name\": value, ... }}");
            return new SettingsFile(new ConfigurationBuilder().AddJsonStream(new MemoryStream(text.ToArray())).Build());
        }
        catch (JsonFileFailure e)
        {
            throw Failure(e.Message);
        }
        // A name that stands twice.
        catch (FormatException e)
        {
            throw Failure($"{path}: {e.Message.TrimEnd('.')}");
        }
    }

    private static OptionsValidationException Failure(string why) => new("config", typeof(SettingsFile), [$"config: {why}."]);
}
