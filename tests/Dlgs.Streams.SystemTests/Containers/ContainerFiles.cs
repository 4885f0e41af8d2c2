using Dlgs.Streams.SystemTests.Security;

namespace Dlgs.Streams.SystemTests.Containers;

/// <summary>What instances and commands in containers prove themselves with: a folder that is mounted into each.</summary>
internal sealed class ContainerFiles : IDisposable
{
    public const string Mount = "/certificates";

    /// <summary>What only root could read.</summary>
    public const string RootOnly = $"{Mount}/{RootOnlyName}";

    private const string RootOnlyName = "root-only.hep";

    private readonly Authority authority = new();

    public ContainerFiles()
    {
        // Of an instance's listeners, of instances among each other, and of whoever asks.
        foreach (var name in new[] { "localhost", "dlgs-peer", "ops" }) authority.Issue(name);
        File.WriteAllText(Path.Combine(Folder, RootOnlyName), "secret");
        if (OperatingSystem.IsWindows()) return;
        // The user of the image is not the one who runs the test.
        File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(Path.Combine(Folder, RootOnlyName), UnixFileMode.UserRead);
    }

    public string Folder => Path.GetDirectoryName(authority.PemFile)!;

    public void Dispose() => authority.Dispose();
}
