using System.Text.RegularExpressions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>The sample is made of the options, so it has them all; what is shown here is that it works.</summary>
public sealed class SampleConfigTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void Sample_as_it_is_sets_nothing()
    {
        File.WriteAllLines(path, SampleConfig.Lines());
        Assert.Empty(SettingsFile.Read(path).InitialData!);
    }

    [Fact]
    public void Sample_with_every_setting_taken_in_is_accepted()
    {
        File.WriteAllLines(path, SampleConfig.Lines().Select(line => Regex.Replace(line, "^  // \"", "  \"")));
        using var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(SettingsFile.Read(path));
        configuration.CheckSettings();
        foreach (var setting in RoomOptions.Every) Assert.NotNull(configuration[setting.Name]);
    }

    public void Dispose() => File.Delete(path);
}
