using System.Net.Sockets;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>Runs what serves until it is told to end; says in a line why it could not.</summary>
internal static class HostRun
{
    /// <param name="command">Whose line it is.</param>
    /// <param name="build">Puts it together.</param>
    /// <param name="watch">Finds, before it runs, what says afterwards whether all is well: then its services are gone.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(string command, Func<WebApplication> build, Func<IServiceProvider, Func<bool>> watch, CancellationToken cancellation)
    {
        try
        {
            await using var app = build();
            var isWell = watch(app.Services);
            await app.RunAsync(cancellation);
            return isWell() ? 0 : 1;
        }
        // Told to end while it was starting: it had nothing yet.
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            Output.Error($"dlgs {command}: {ListenFailure.InWords(e) ?? e.Message}");
            return 1;
        }
    }
}
