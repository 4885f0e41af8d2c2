using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.SystemTests;

/// <summary>The built program as a process of its own, so that it can be killed.</summary>
internal sealed class DlgsProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private DlgsProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "dlgs.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', lines);

    /// <summary>Starts a service; the lane count and instance name are what a test varies.</summary>
    public static DlgsProcess Serve(string servers, string prefix, string instance = "one", int lanes = 2, params string[] more) =>
        new([.. new[] { "serve", "--bootstrap-servers", servers, "--topic-prefix", prefix, "--group", prefix, "--instance", instance, "--lanes", $"{lanes}", "--grpc", $"http://127.0.0.1:{FreePort()}" }, .. more]);

    public static DlgsProcess Replay(string servers, string prefix, IEnumerable<string> files, string speed = "max") =>
        new([.. new[] { "replay", "--bootstrap-servers", servers, "--topic-prefix", prefix, "--speed", speed }, .. files]);

    /// <summary>Waits until so many partitions said that they are active.</summary>
    public Task WaitForActiveAsync(int partitions) => WaitForAsync(() => lines.Count(l => l.Contains(" is active ", StringComparison.Ordinal)) >= partitions, $"{partitions} active partitions");

    public async Task WaitForAsync(Func<bool> condition, string what)
    {
        await Eventually.Async(() => condition() || process.HasExited, Patience, () => $"{what}; it said:\n{Output}");
        Assert.True(condition(), $"The program ended before {what}; it said:\n{Output}");
    }

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Waiting on a condition with a deadline.</summary>
internal static class Eventually
{
    public static async Task Async(Func<bool> condition, TimeSpan patience, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < patience, $"Waited {patience.TotalSeconds} s for {what()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
