using System.Globalization;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.SystemTests;

/// <summary>The built program as a process of its own, so that it can be killed.</summary>
internal sealed class DlgsProcess : IDisposable
{
    private readonly ChildProcess process;

    private DlgsProcess(string[] arguments, HostsFile? hosts = null)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "dlgs.dll"), .. arguments];
        if (hosts is not null) command = hosts.Around(command);
        process = new ChildProcess(command[0], command[1..]);
    }

    public string Output => process.Output;

    /// <summary>Of its query service.</summary>
    public string Address { get; private init; } = "";

    /// <summary>Starts a service; the lane count and instance name are what a test varies.</summary>
    public static DlgsProcess Serve(string servers, string prefix, string instance = "one", int lanes = 2, params string[] more) =>
        Serve(hosts: null, servers, prefix, instance, lanes, more);

    /// <summary>The names that it asks for are those of a hosts file of the test's own; null: the system's.</summary>
    public static DlgsProcess Serve(HostsFile? hosts, string servers, string prefix, string instance, int lanes, string[] more)
    {
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        string[] arguments = ["--bootstrap-servers", servers, "--topic-prefix", prefix, "--instance", instance, "--lanes", $"{lanes}"];
        // A port of HTTP's that is free, and that nobody asks, unless the test says another.
        string[] addresses = ["--grpc", address, .. more.Contains("--http") ? (string[])[] : ["--http", "http://127.0.0.1:0"]];
        return new(["serve", .. arguments, .. addresses, .. more], hosts) { Address = address };
    }

    /// <summary>Any command, as it is typed.</summary>
    public static DlgsProcess Run(params string[] arguments) => new(arguments);

    public static DlgsProcess Leave(string address) => new(["leave", "--server", address]);

    public static DlgsProcess Count(string address) => new(["count", "--server", address]);

    public static DlgsProcess Replay(string servers, string prefix, IEnumerable<string> files, string speed = "max", string callIdPrefix = "") =>
        new(["replay", "--bootstrap-servers", servers, "--topic-prefix", prefix, "--speed", speed, "--call-id-prefix", callIdPrefix, .. files]);

    /// <summary>Waits until it said that it is ready with so many partitions, be it that they went again.</summary>
    public Task WaitForActiveAsync(int partitions) => WaitForAsync(() => ActivePartitions() >= partitions, $"{partitions} active partitions");

    public Task WaitForAsync(Func<bool> condition, string what) => process.WaitForAsync(condition, what);

    public Task<int> WaitForExitAsync() => process.WaitForExitAsync();

    private int ActivePartitions() =>
        Regex.Matches(Output, @"\bready: (\d+) of ").Select(ready => int.Parse(ready.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();

    /// <summary>kill -9.</summary>
    public void Kill() => process.Kill();

    /// <summary>It hangs: its connections stay open, and it says nothing.</summary>
    public void Pause() => process.Signal("STOP");

    public void Resume() => process.Signal("CONT");

    /// <summary>SIGTERM, as an orchestrator ends it; it has to end well.</summary>
    public async Task StopAsync() => Assert.True(await TerminateAsync() == 0, Output);

    /// <summary>SIGTERM, whatever comes of it: the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        process.Signal("TERM");
        return process.WaitForExitAsync();
    }

    /// <summary>Ends a replay that is under way, by SIGTERM; the brokers have to have taken all that it sent so far.</summary>
    public async Task InterruptAsync()
    {
        process.Signal("TERM");
        Assert.True(await process.WaitForExitAsync() == 130 && Output.Contains(", 0 failed", StringComparison.Ordinal), Output);
    }

    public void Dispose() => process.Dispose();
}
