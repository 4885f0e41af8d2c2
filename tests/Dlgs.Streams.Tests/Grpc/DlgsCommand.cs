using System.Diagnostics;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>The built program with some arguments, to its end: its exit code, and the lines that it wrote.</summary>
internal sealed record DlgsCommand(int Code, string[] Output, string[] Errors)
{
    public static async Task<DlgsCommand> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "dlgs");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DLGS_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new DlgsCommand(process.ExitCode, Lines(await output), Lines(await errors));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
