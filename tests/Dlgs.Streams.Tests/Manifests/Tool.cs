using System.Diagnostics;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>A program that others wrote, where it is on the PATH.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What it wrote, all of it. Where it is not there, the test is skipped; where it fails, the test fails.</summary>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        var (code, output) = await TryAsync(name, arguments);
        Assert.True(code == 0, $"{name} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>Its exit code, and what it wrote to either stream.</summary>
    public static async Task<(int Code, string Output)> TryAsync(string name, params string[] arguments)
    {
        var isThere = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
        Assert.SkipUnless(isThere, $"{name} is not on the PATH");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            output += await errors;
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, output);
        }
        finally
        {
            process.Kill();
        }
    }
}
