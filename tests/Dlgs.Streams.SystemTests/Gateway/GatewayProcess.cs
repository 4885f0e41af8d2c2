using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.SystemTests.Gateway;

/// <summary>dlgs gateway as a process of its own, at ports that it has again when it comes back.</summary>
internal sealed partial class GatewayProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Client = new();

    private readonly string[] arguments;
    private readonly Uri metrics;
    private DlgsProcess process;

    public GatewayProcess(string servers, string prefix)
    {
        (Udp, Tcp) = (new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free()), new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free()));
        var probes = $"http://127.0.0.1:{LoopbackPort.Free()}";
        metrics = new Uri($"{probes}/metrics");
        arguments = ["gateway", "--bootstrap-servers", servers, "--topic-prefix", prefix, "--hep-udp", $"{Udp}", "--hep-tcp", $"{Tcp}", "--probes", probes];
        process = DlgsProcess.Run(arguments);
    }

    public IPEndPoint Udp { get; }

    public IPEndPoint Tcp { get; }

    public string Output => process.Output;

    public Task WaitUntilReadyAsync() => process.WaitForAsync(() => Output.Contains("ready: HEP by UDP", StringComparison.Ordinal), "the gateway");

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.Dispose();
    }

    public Task RestartAsync()
    {
        process = DlgsProcess.Run(arguments);
        return WaitUntilReadyAsync();
    }

    public Task StopAsync() => process.StopAsync();

    /// <summary>Frames that it has counted, whatever became of them.</summary>
    public Task<long> ReadFramesAsync() => ReadAsync(Frames());

    public Task WaitForFramesAsync(long frames) => WaitAsync(async () => await ReadFramesAsync() >= frames, $"{frames} frames");

    /// <summary>The brokers have all that it took.</summary>
    public Task WaitUntilDeliveredAsync() => WaitAsync(async () => await ReadAsync(Waiting()) == 0, "all events to be delivered");

    public void Dispose() => process.Dispose();

    private static async Task WaitAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s for {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private async Task<long> ReadAsync(Regex metric) =>
        metric.Matches(await Client.GetStringAsync(metrics, TestContext.Current.CancellationToken))
            .Sum(each => long.Parse(each.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^dlgs_hep_frames_total\{.*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Frames();

    [GeneratedRegex(@"^dlgs_hep_events_waiting\{.*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Waiting();
}
