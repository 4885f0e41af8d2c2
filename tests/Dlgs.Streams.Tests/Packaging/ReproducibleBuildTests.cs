using System.Security.Cryptography;
using Dlgs.Streams.Hosting;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>Whoever builds a release anew, wherever, gets the same code: so it can be seen that a program is made of the sources that it names.</summary>
public sealed class ReproducibleBuildTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-sources-").FullName;

#if !DEBUG
    [Fact]
    public async Task Sources_in_another_folder_make_the_same_code()
    {
        foreach (var file in Sources()) Copy(file);
        // The copy is in no repository.
        foreach (var project in new[] { "src/Dlgs.Streams.Core", "src/Dlgs.Streams.Client" })
            await Shell.RunAsync(folder, "dotnet", "build", project, "-c", "Release", "-o", "out", "-v", "quiet",
                $"-p:MinVerVersionOverride={ProgramVersion.Number}", $"-p:SourceRevisionId={ProgramVersion.Commit}");
        Assert.Equal(HashesOf(AppContext.BaseDirectory), HashesOf(Path.Combine(folder, "out")));
    }
#endif

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<string> Sources()
    {
        string[] settings = [".editorconfig", "Directory.Build.props", "Directory.Packages.props", "global.json"];
        return [.. settings, .. Repository.Files("src", "*"), .. Repository.Files("protos", "*")];
    }

    private void Copy(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
        File.Copy(Path.Combine(Repository.Root, file), Path.Combine(folder, file));
    }

    /// <summary>Not dlgs.dll: the generator of log methods writes its classes in another order in each build.</summary>
    private static IEnumerable<string> HashesOf(string built) =>
        new[] { "Dlgs.Streams.Client.dll", "Dlgs.Streams.Contracts.dll", "Dlgs.Streams.Core.dll" }
            .Select(name => $"{name} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(built, name))))}");
}
