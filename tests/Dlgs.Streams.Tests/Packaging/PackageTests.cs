using System.IO.Compression;
using System.Xml.Linq;
using Dlgs.Streams.Hosting;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>What others get by NuGet, packed of the very build that these tests run with.</summary>
public sealed class PackageTests : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-packages-").FullName;

    [Fact]
    public async Task Tool_is_installed_out_of_its_package_and_runs_with_its_native_library()
    {
        await PackAsync("Dlgs.Streams");
        string[] from = ["--tool-path", Path.Combine(folder, "bin"), "--source", folder, "--version", ProgramVersion.Number];
        await Shell.RunAsync(folder, "dotnet", ["tool", "install", "Dlgs.Streams", .. from]);
        var dlgs = Path.Combine(folder, "bin", "dlgs");
        Assert.StartsWith($"dlgs {ProgramVersion.Number}, commit {ProgramVersion.Commit}, librdkafka 2.", await Shell.RunAsync(folder, dlgs, "--version"),
            StringComparison.Ordinal);
        var demo = await Shell.RunAsync(folder, dlgs, "demo", "--for", "15s", "--plain", "--grpc", "http://127.0.0.1:0", "--http", "http://127.0.0.1:0");
        Assert.Contains(", 0 wrong", demo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dlgs.Streams.Client", "Confluent.Kafka", "Dlgs.Streams.Contracts", "Grpc.Net.Client")]
    [InlineData("Dlgs.Streams.Contracts", "Google.Protobuf", "Grpc.Core.Api")]
    public async Task Library_has_its_README_licence_documentation_and_symbols_and_names_what_it_needs(string name, params string[] needed)
    {
        await PackAsync(name);
        using var package = ZipFile.OpenRead(Path.Combine(folder, $"{name}.{ProgramVersion.Number}.nupkg"));
        var files = package.Entries.Select(entry => entry.FullName).ToArray();
        Assert.Superset(new HashSet<string> { "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }, files.ToHashSet());
        using var symbols = ZipFile.OpenRead(Path.Combine(folder, $"{name}.{ProgramVersion.Number}.snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{name}.pdb");
        await using var nuspec = await package.GetEntry($"{name}.nuspec")!.OpenAsync(TestContext.Current.CancellationToken);
        var said = (await XDocument.LoadAsync(nuspec, LoadOptions.None, TestContext.Current.CancellationToken)).Descendants()
            .ToLookup(element => element.Name.LocalName);
        Assert.Equal(["Apache-2.0"], said["license"].Select(license => license.Value));
        Assert.Equal(ProgramVersion.Commit, said["repository"].Single().Attribute("commit")!.Value);
        var dependencies = said["dependency"].ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        Assert.Superset(needed.ToHashSet(), dependencies.Keys.ToHashSet());
        Assert.All(dependencies.Where(each => each.Key.StartsWith("Dlgs.", StringComparison.Ordinal)), each => Assert.Equal(ProgramVersion.Number, each.Value));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>By the name that the build had: the repository may have moved on since.</summary>
    private Task<string> PackAsync(string project)
    {
        string[] version = [$"-p:MinVerVersionOverride={ProgramVersion.Number}", $"-p:SourceRevisionId={ProgramVersion.Commit}"];
        return Shell.RunAsync(Repository.Root, "dotnet", ["pack", Path.Combine("src", project), "--no-build", "-c", Configuration, "-o", folder, .. version]);
    }
}
