using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>The Dockerfile, held against the program and its projects. That it builds and runs, a system test shows where there are containers.</summary>
public sealed class DockerfileTests
{
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile"));

    /// <summary>Where every container's probes are, unless it is told otherwise.</summary>
    public static string Probes => Variables()["DLGS_PROBES"];

    [Fact]
    public void Variables_are_settings_and_ports_are_those_of_the_program()
    {
        var environment = new EnvironmentSettings(Variables());
        Assert.Empty(environment.Warnings);
        Assert.Equal("http://0.0.0.0:5081", environment.Values["probes"]);
        string[] addresses = ["http://127.0.0.1:5070", new HttpOptions().Address, Probes, new GrpcOptions().Address];
        Assert.Equal(addresses.Select(address => $"{new Uri(address).Port}"), Regex.Match(Dockerfile, @"(?m)^EXPOSE (.*)$").Groups[1].Value.Split(' '));
    }

    /// <summary>Restored before the sources are there: a project that is not named would be restored without its lock file, or not at all.</summary>
    [Fact]
    public void Every_project_that_the_program_is_made_of_is_restored_from_its_lock_file()
    {
        var needed = new List<string> { "src/Dlgs.Streams/Dlgs.Streams.csproj" };
        for (var i = 0; i < needed.Count; i++) needed.AddRange(ReferencesOf(needed[i]).Except(needed).ToArray());
        Assert.Equal(4, needed.Count);
        foreach (var project in needed)
            Assert.Contains($"COPY {project} {Path.GetDirectoryName(project)}/packages.lock.json {Path.GetDirectoryName(project)}/\n", Dockerfile,
                StringComparison.Ordinal);
    }

    private static IEnumerable<string> ReferencesOf(string project) => XDocument.Load(Path.Combine(Repository.Root, project))
        .Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value.Replace("../", "src/", StringComparison.Ordinal));

    private static Dictionary<string, string> Variables() => Regex.Match(Dockerfile, @"(?m)^ENV (.*)$").Groups[1].Value.Split(' ')
        .Select(variable => variable.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
}
