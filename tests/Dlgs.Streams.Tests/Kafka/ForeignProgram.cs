using System.Diagnostics;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A program of protos/README.md in another language, in a folder of its own beside what its language makes of protos/.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs").FullName;
    private readonly Language language;

    private ForeignProgram(Language language, int block)
    {
        this.language = language;
        Directory.CreateSymbolicLink(Path.Combine(folder, "protos"), Path.Combine(Repository.Root, "protos"));
        File.WriteAllText(Path.Combine(folder, language.FileName), ProtosReadme.Blocks(language.Name)[block]);
    }

    /// <param name="language">What it is written in; it has to be there.</param>
    /// <param name="block">Which of its blocks.</param>
    public static async Task<ForeignProgram> WriteAsync(Language language, int block)
    {
        var program = new ForeignProgram(language, block);
        foreach (var step in language.Prepare) Assert.Equal((0, ""), await FinishAsync(program.folder, step));
        return program;
    }

    /// <summary>To its end: its exit code, and what it said of its trouble.</summary>
    public Task<(int Code, string Errors)> RunAsync(string brokers) => FinishAsync(folder, [language.Interpreter, language.FileName, brokers]);

    /// <summary>The first line that it writes; then it is ended.</summary>
    public Task<string?> FirstLineAsync(string brokers) =>
        WithAsync(folder, [language.Interpreter, language.FileName, brokers], (process, end) => process.StandardOutput.ReadLineAsync(end).AsTask());

    public static Task<(int Code, string Errors)> FinishAsync(string folder, string[] command) => WithAsync(folder, command, async (process, end) =>
    {
        var errors = await process.StandardError.ReadToEndAsync(end);
        await process.WaitForExitAsync(end);
        return (process.ExitCode, errors);
    });

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<T> WithAsync<T>(string folder, string[] command, Func<Process, CancellationToken, Task<T>> use)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            return await use(process, patience.Token);
        }
        finally
        {
            process.Kill();
        }
    }
}
