namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A real Kamailio, in a folder of its own.</summary>
internal sealed class KamailioProcess : IDisposable
{
    private const string Missing = "No Kamailio to test with: on Debian, apt-get install kamailio kamailio-utils-modules sip-tester.";

    private static readonly string? Program = Find("kamailio");

    private readonly string folder;
    private readonly ChildProcess process;

    private KamailioProcess(string folder, string[] more)
    {
        this.folder = folder;
        process = new ChildProcess(Program!, ["-f", Path.Combine(folder, "kamailio.cfg"), "-DD", "-E", "-w", folder, "-Y", folder, .. more]);
    }

    public int Port { get; private init; }

    public IReadOnlyCollection<string> Lines => process.Lines;

    public string Output => process.Output;

    /// <summary>Kamailio and sipp are installed, or the test is skipped.</summary>
    public static void Require() => Assert.SkipWhen(Program is null || Find("sipp") is null, Missing);

    /// <summary>Started, and it answers.</summary>
    /// <param name="config">Its configuration, a file beside this one.</param>
    /// <param name="values">What stands for the $NAMES in it, beside $SIP_PORT and $FOLDER.</param>
    /// <param name="included">The files that it includes.</param>
    /// <param name="more">Arguments.</param>
    public static async Task<KamailioProcess> StartAsync(
        string config, (string Name, string Value)[] values, (string Name, string Text)[] included, params string[] more)
    {
        var (port, folder) = (LoopbackPort.Free(), Directory.CreateTempSubdirectory("dlgs-kamailio-").FullName);
        var text = values.Append(("$SIP_PORT", $"{port}")).Append(("$FOLDER", folder))
            .Aggregate(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Kamailio", config)), (text, value) =>
                text.Replace(value.Item1, value.Item2, StringComparison.Ordinal));
        foreach (var file in included.Append(("kamailio.cfg", text))) Write(Path.Combine(folder, file.Item1), file.Item2);
        var kamailio = new KamailioProcess(folder, more) { Port = port };
        using var client = new SipClient();
        try
        {
            await kamailio.process.WaitForAsync(() => client.IsAnswered(port), "an answer to OPTIONS");
            return kamailio;
        }
        catch
        {
            kamailio.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Its workers would outlive a main process that is killed.
        process.Terminate();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(path => Path.Combine(path, program)).FirstOrDefault(File.Exists);
}
