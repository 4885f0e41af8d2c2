using System.Collections.Concurrent;
using System.Diagnostics;

namespace Dlgs.Streams.SystemTests;

/// <summary>A program that a test started: what it says, and its end. None outlives the test program, unless that is killed with -9.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly ConcurrentDictionary<int, Process> Running = new();
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Values) process.Kill(entireProcessTree: true);
    };

    public ChildProcess(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // It lives for seconds: a profile of it costs more than the better code is worth.
        start.Environment["DOTNET_TieredPGO"] = "0";
        process = Process.Start(start)!;
        Running[process.Id] = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Standard output and error, as they came.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    public string Output => string.Join('\n', lines);

    public async Task WaitForAsync(Func<bool> condition, string what)
    {
        await Eventually.IsTrueAsync(() => condition() || process.HasExited, Patience, () => $"{what}; it said:\n{Output}");
        if (condition()) return;
        // All that it said has been read then.
        process.WaitForExit();
        Assert.Fail($"The program ended with {process.ExitCode} before {what}; it said:\n{Output}");
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

    /// <summary>TERM, STOP or CONT: by name, because their numbers differ between systems; .NET itself only knows how to kill.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {process.Id}"]);
        kill.WaitForExit();
        Assert.True(kill.ExitCode == 0, $"{name} could not be sent; the program said:\n{Output}");
    }

    /// <summary>SIGTERM, and waits for the end of it and of what it started; kill -9 if that does not come.</summary>
    public void Terminate()
    {
        if (!process.HasExited) Signal("TERM");
        if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        Running.TryRemove(process.Id, out _);
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }
}
