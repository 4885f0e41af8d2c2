using System.Globalization;
using Dlgs.Streams.Hosting;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>k8s/local/dlgs.service, for systemd.</summary>
public sealed class UnitFileTests : IDisposable
{
    private static readonly string UnitFile = Path.Combine(Repository.Root, "k8s/local/dlgs.service");

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-unit-").FullName;

    [Fact]
    public void Unit_waits_longer_than_the_service_takes_to_end()
    {
        var patience = Lines().Single(line => line.StartsWith("TimeoutStopSec=", StringComparison.Ordinal)).Split('=')[1].TrimEnd('s');
        Assert.True(TimeSpan.FromSeconds(int.Parse(patience, CultureInfo.InvariantCulture)) > ServiceHost.StopTimeout * 2);
        Assert.EndsWith("/dlgs.dll serve", Lines().Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>Where the program is not installed, another one stands for it.</summary>
    [Fact]
    public async Task Systemd_knows_every_word_of_it_where_there_is_systemd()
    {
        if (!File.Exists("/usr/bin/systemd-analyze")) return;
        var unit = Path.Combine(folder, "dlgs.service");
        await File.WriteAllLinesAsync(unit, Lines().Select(line => line.StartsWith("ExecStart=", StringComparison.Ordinal) ? "ExecStart=/bin/true" : line),
            TestContext.Current.CancellationToken);
        Assert.Equal("", await Shell.RunAsync(folder, "sh", "-c", $"systemd-analyze verify --man=no {unit} 2>&1"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string> Lines() => File.ReadLines(UnitFile).Where(line => !line.StartsWith('#'));
}
