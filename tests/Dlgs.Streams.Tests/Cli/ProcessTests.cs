using System.Diagnostics;
using System.Text.RegularExpressions;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.Tests.Cli;

/// <summary>The built program as a shell starts it, with whatever files, streams and signals: it says a line, and ends.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Shell => new()
    {
        { "dlgs inspect /none.hep", 1, "dlgs inspect: /none.hep: no such file" },
        { "dlgs inspect /", 1, "dlgs inspect: / is a directory, not a recording" },
        { "dlgs inspect /dev/null", 1, "there is nothing in it" },
        { "dlgs inspect ''", 2, "dlgs inspect: FILE: not empty." },
        { "true | dlgs inspect /dev/stdin", 1, "there is nothing in it" },
        { "dlgs inspect /dev/stdin <&-", 2, "dlgs inspect: /dev/stdin: it is closed." },
        { "dlgs inspect $RECORDING >&-", 1, "dlgs inspect: the standard output is closed" },
        { "dlgs --help >&-", 1, "dlgs: the standard output is closed" },
        { "dlgs inspect $RECORDING >/dev/full", 1, "dlgs inspect: the output could not be written: No space left on device" },
        { "dlgs inspect --json $RECORDING >/dev/full", 1, "dlgs inspect: the output could not be written: No space left on device" },
        { "dlgs inspect $RECORDING 2>&-", 0, "Call-ID" },
        { "set -o pipefail; dlgs inspect --json $RECORDING | head -1", 0, "{" },
        { "set -o pipefail; dlgs inspect $RECORDING | head -1", 0, "Call-ID" },
        { "dlgs serve --config ''", 2, "dlgs serve: " },
        { "dlgs serve --config /none", 2, "dlgs serve: " },
        { "dlgs serve --embedded --grpc http://127.0.0.1:x", 2, "dlgs serve: grpc: " },
        { "dlgs demo --grpc ftp://x", 2, "dlgs demo: grpc: " },
        { "dlgs replay --bootstrap-servers 127.0.0.1:1 /none.hep", 1, "dlgs replay: /none.hep: no such file" },
        { "dlgs count --server http://127.0.0.1:1", 1, "dlgs: Nothing answers at http://127.0.0.1:1" },
        { "dlgs dead-letters --bootstrap-servers 127.0.0.1:1", 1, "dlgs dead-letters: No broker answers at 127.0.0.1:1: " },
        { "dlgs --version", 0, "librdkafka 2." },
        { "dlgs bogus", 2, "'bogus'" },
    };

    [Theory]
    [MemberData(nameof(Shell))]
    public async Task Line_and_an_exit_code_are_all_that_becomes_of_it(string typed, int exit, string told)
    {
        using var dlgs = Start(typed);
        var said = await ReadAsync(dlgs);
        Assert.Equal(exit, dlgs.ExitCode);
        Assert.Contains(told, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec dlgs changes --bootstrap-servers 127.0.0.1:1", 0)]
    [InlineData("exec dlgs replay --bootstrap-servers 127.0.0.1:1 $RECORDING", 130)]
    [InlineData("exec dlgs inspect $FIFO", 130)]
    [InlineData("exec dlgs serve --bootstrap-servers 127.0.0.1:1 --grpc http://127.0.0.1:0 --http http://127.0.0.1:0", 0)]
    public async Task Signals_end_it_however_many_come(string typed, int exit)
    {
        var pipe = Path.Combine(Directory.CreateTempSubdirectory("dlgs-").FullName, "pipe");
        using (var make = Process.Start("mkfifo", [pipe])) await make.WaitForExitAsync(Cancellation);
        // For both directions, which waits for nobody.
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        using var dlgs = Start(typed.Replace("$FIFO", pipe, StringComparison.Ordinal));
        await WaitUntilBusyAsync(dlgs, pipe);
        await SignalAsync(dlgs, "INT", "INT", "TERM");
        var said = await ReadAsync(dlgs);
        Assert.Equal(exit, dlgs.ExitCode);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_that_closes_ends_it_as_Ctrl_C_does()
    {
        // Where the tests run under nohup, it is passed on to what they start.
        using var dlgs = Start("exec env --default-signal=HUP dlgs serve --bootstrap-servers 127.0.0.1:1 --grpc http://127.0.0.1:0 --http http://127.0.0.1:0");
        await WaitUntilBusyAsync(dlgs, "");
        await SignalAsync(dlgs, "HUP");
        Assert.DoesNotContain("   at ", await ReadAsync(dlgs), StringComparison.Ordinal);
        Assert.Equal(0, dlgs.ExitCode);
    }

    [Fact]
    public async Task Service_starts_in_a_few_dated_lines_and_says_what_it_handed_over()
    {
        using var dlgs = Start("exec dlgs serve --embedded --grpc http://127.0.0.1:0 --http http://127.0.0.1:0");
        var start = new List<string>();
        while (start is [] || !start[^1].Contains(" ready: 4 of 4 partitions, queries at http://127.0.0.1:", StringComparison.Ordinal))
        {
            var line = await dlgs.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
            start.Add(line ?? throw new EndOfStreamException(string.Join('\n', start)));
        }
        Assert.InRange(start.Count, 1, 8);
        Assert.All(start, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn): ", line));
        Assert.Contains(start, line => Regex.IsMatch(line, @"The broker at 127\.0\.0\.1:\d+ runs inside this process"));
        await SignalAsync(dlgs, "TERM");
        Assert.Contains("dlgs.sip-events [0-3] was handed over: all that was done is committed", await ReadAsync(dlgs), StringComparison.Ordinal);
        Assert.Equal(0, dlgs.ExitCode);
    }

    private static Process Start(string typed)
    {
        var program = $"dlgs() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "dlgs.dll")}' \"$@\"; }}; ";
        var script = typed.StartsWith("exec ", StringComparison.Ordinal)
            ? typed.Replace(" dlgs ", $" dotnet '{Path.Combine(AppContext.BaseDirectory, "dlgs.dll")}' ", StringComparison.Ordinal)
            : program + typed;
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RECORDING"] = Judge.FileOf("basic");
        return Process.Start(start)!;
    }

    private static async Task SignalAsync(Process process, params string[] names)
    {
        using var kill = Process.Start("sh", ["-c", string.Join(';', names.Select(name => $"kill -{name} {process.Id}"))]);
        await kill.WaitForExitAsync(Cancellation);
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        try
        {
            await process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return await output + await errors;
    }

    /// <summary>It has handlers of signals by then: it reads the pipe, or its Kafka client has threads.</summary>
    private static async Task WaitUntilBusyAsync(Process dlgs, string pipe)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!HasKafkaClient(dlgs.Id) && !IsOpen(dlgs.Id, pipe))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience && !dlgs.HasExited, "It never came so far");
            await Task.Delay(10, Cancellation);
        }
    }

    private static bool HasKafkaClient(int id) =>
        Directory.GetDirectories($"/proc/{id}/task").Any(thread => File.ReadAllText($"{thread}/comm").StartsWith("rdk:", StringComparison.Ordinal));

    private static bool IsOpen(int id, string path) => Directory.GetFiles($"/proc/{id}/fd").Any(file => new FileInfo(file).LinkTarget == path);
}
