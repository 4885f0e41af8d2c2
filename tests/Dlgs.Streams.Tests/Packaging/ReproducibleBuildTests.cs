using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using Dlgs.Streams.Hosting;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>Whoever builds a release anew, wherever, gets the same code: so it can be seen that a program is made of the sources that it names.</summary>
public sealed class ReproducibleBuildTests : IDisposable
{
    private const int DebugEntrySize = 28;

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-sources-").FullName;

#if !DEBUG
    [Fact]
    public async Task Sources_in_another_folder_make_the_same_code()
    {
        foreach (var file in Sources()) Copy(file);
        // The copy is in no repository.
        await Shell.RunAsync(folder, "dotnet", "build", "src/Dlgs.Streams", "-c", "Release", "-o", "out", "-v", "quiet",
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

    private static IEnumerable<string> HashesOf(string built)
    {
        string[] libraries = ["Dlgs.Streams.Client.dll", "Dlgs.Streams.Contracts.dll", "Dlgs.Streams.Core.dll"];
        return libraries.Select(name => Hash(name, File.ReadAllBytes(Path.Combine(built, name))))
            .Append(Hash("dlgs.dll", WithoutIdentity(Path.Combine(built, "dlgs.dll"))));
    }

    private static string Hash(string name, byte[] bytes) => $"{name} {Convert.ToHexString(SHA256.HashData(bytes))}";

    /// <summary>
    /// What names it and its symbols left out. It is made of all that the symbols have, and of those the generator of log methods writes its classes
    /// in another order in each build.
    /// </summary>
    private static byte[] WithoutIdentity(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var program = new PEReader(new MemoryStream(bytes, writable: false));
        var (headers, metadata) = (program.PEHeaders, program.GetMetadataReader());
        Clear(headers.CoffHeaderStartOffset + sizeof(int), sizeof(int));
        Clear(headers.MetadataStartOffset + metadata.GetHeapMetadataOffset(HeapIndex.Guid)
            + (metadata.GetHeapOffset(metadata.GetModuleDefinition().Mvid) - 1) * 16, 16);
        headers.TryGetDirectoryOffset(headers.PEHeader!.DebugTableDirectory, out var directory);
        foreach (var (index, entry) in program.ReadDebugDirectory().Index())
        {
            Clear(directory + index * DebugEntrySize + sizeof(int), sizeof(int));
            if (entry.DataSize > 0) Clear(entry.DataPointer, entry.DataSize);
        }
        return bytes;

        void Clear(int offset, int count) => bytes.AsSpan(offset, count).Clear();
    }
}
