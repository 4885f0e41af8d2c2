using System.Diagnostics;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// Stands for DNS: a hosts file of the test's own, in the place of the system's for the programs that are started with it, each in a mount namespace. Their
/// resolver is the system's; it reads the file at each question, and asks nobody else. Only root may do so, on Linux.
/// </summary>
internal sealed class HostsFile : IDisposable
{
    /// <summary>The same process becomes the program, so that it can be killed. All addresses of a name count, not the first alone.</summary>
    private const string Mounted = """
        mount --bind "$1" /etc/hosts && mount --bind "$2" /etc/nsswitch.conf && shift 2 && RESOLV_MULTI=on exec "$@"
        """;

    private const string Always = "127.0.0.1 localhost\n";

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-hosts-").FullName;

    private HostsFile()
    {
        File.WriteAllText(Hosts, Always);
        File.WriteAllText(Sources, "hosts: files\n");
    }

    private string Hosts => Path.Combine(folder, "hosts");

    private string Sources => Path.Combine(folder, "nsswitch.conf");

    /// <summary>One without names, or the test is skipped.</summary>
    public static HostsFile Require()
    {
        var hosts = new HostsFile();
        if (hosts.IsMounted()) return hosts;
        hosts.Dispose();
        Assert.Skip("No hosts file of its own: only root may mount one, and it takes Linux and unshare.");
        return null!;
    }

    /// <summary>From now on; none: there is no such name. The file stays the same one, as it is mounted.</summary>
    public void Say(string name, params string[] addresses) =>
        File.WriteAllText(Hosts, Always + string.Concat(addresses.Select(address => $"{address} {name}\n")));

    /// <summary>The command that runs another with these hosts.</summary>
    public string[] Around(params string[] command) => ["unshare", "--mount", "sh", "-c", Mounted, "sh", Hosts, Sources, .. command];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private bool IsMounted()
    {
        string[] command = Around("true");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
