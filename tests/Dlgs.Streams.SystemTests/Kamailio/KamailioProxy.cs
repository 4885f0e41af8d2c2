namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A real Kamailio with the README's lines in its kamailio.cfg, and a callee behind it that takes every call.</summary>
internal sealed class KamailioProxy : IDisposable
{
    private const string Missing = "No Kamailio to test with: on Debian, apt-get install kamailio kamailio-utils-modules sip-tester.";

    private static readonly string? Program = Find("kamailio");

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-kamailio-").FullName;
    private readonly ChildProcess callee;
    private readonly ChildProcess proxy;

    private KamailioProxy(KamailioLines lines)
    {
        var calleePort = LoopbackPort.Free();
        var config = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Kamailio", "proxy.cfg"))
            .Replace("$SIP_PORT", $"{Port}", StringComparison.Ordinal).Replace("$CALLEE_PORT", $"{calleePort}", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "settings.cfg"), lines.Settings);
        File.WriteAllText(Path.Combine(folder, "call.cfg"), lines.Call);
        File.WriteAllText(Path.Combine(folder, "routes.cfg"), lines.Routes);
        File.WriteAllText(Path.Combine(folder, "kamailio.cfg"), config);
        callee = new ChildProcess("sipp", ["-sn", "uas", "-i", "127.0.0.1", "-p", $"{calleePort}", "-nostdin"]);
        proxy = new ChildProcess(Program!, ["-f", Path.Combine(folder, "kamailio.cfg"), "-DD", "-E", "-w", folder, "-Y", folder]);
    }

    public int Port { get; } = LoopbackPort.Free();

    public string Output => proxy.Output;

    /// <summary>Kamailio and sipp are installed, or the test is skipped.</summary>
    public static void Require() => Assert.SkipWhen(Program is null || Find("sipp") is null, Missing);

    /// <summary>Started, and it answers.</summary>
    public static async Task<KamailioProxy> StartAsync(KamailioLines lines)
    {
        var proxy = new KamailioProxy(lines);
        using var client = new SipClient();
        try
        {
            await proxy.proxy.WaitForAsync(() => client.IsAnswered(proxy.Port), "an answer to OPTIONS");
            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Its workers would outlive a main process that is killed.
        proxy.Terminate();
        proxy.Dispose();
        callee.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(path => Path.Combine(path, program)).FirstOrDefault(File.Exists);
}
