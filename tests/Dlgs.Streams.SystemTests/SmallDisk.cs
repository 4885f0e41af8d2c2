using System.Diagnostics;

namespace Dlgs.Streams.SystemTests;

/// <summary>A file system in memory, small enough to be filled. Only root may mount it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 256;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>A disk, or the test is skipped.</summary>
    public static SmallDisk Require()
    {
        var folder = Directory.CreateTempSubdirectory("dlgs-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m", "tmpfs", folder)) return new SmallDisk(folder);
        Directory.Delete(folder);
        Assert.Skip("No small disk to fill: only root may mount one.");
        return null!;
    }

    /// <summary>Takes all but some of what is free, while others write too.</summary>
    public void Fill(int leavingBytes)
    {
        using var ballast = File.Create(Ballast);
        var chunk = new byte[1 << 16];
        while (new DriveInfo(Folder).AvailableFreeSpace > leavingBytes) ballast.Write(chunk);
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
