using System.Runtime.InteropServices;

namespace Dlgs.Streams.Cli;

/// <summary>
/// Ctrl-C, SIGTERM, or a terminal that closes: the command is told, and has so long to end; a second one changes nothing. The command line
/// library's own way ends the process with a stack trace where two come. For the rest of the process: one that came while it ends would
/// give it another exit code.
/// </summary>
internal static class Interruption
{
    /// <summary>As shells say that SIGINT ended a program; the other signals have it too, so that there is one to ask for.</summary>
    public const int ExitCode = 130;

    private static readonly CancellationTokenSource ToldSource = new();
    private static readonly CancellationTokenSource OverdueSource = new();

    /// <summary>A registration that nobody holds ends.</summary>
    private static PosixSignalRegistration[] signals = [];

    public static CancellationToken Told => ToldSource.Token;

    /// <summary>The command did not end in time, and is left behind.</summary>
    public static CancellationToken Overdue => OverdueSource.Token;

    public static void Listen(TimeSpan patience)
    {
        signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Tell))];

        void Tell(PosixSignalContext signal)
        {
            signal.Cancel = true;
            OverdueSource.CancelAfter(patience);
            _ = ToldSource.CancelAsync();
        }
    }
}
