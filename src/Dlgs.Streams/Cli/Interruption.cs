using System.Runtime.InteropServices;

namespace Dlgs.Streams.Cli;

/// <summary>
/// Ctrl-C, or SIGTERM: the command is told, and has so long to end; a second one changes nothing. The command line library's own way ends
/// the process with a stack trace where two come.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>As shells say that SIGINT ended a program; SIGTERM has it too, so that there is one to ask for.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource told = new();
    private readonly CancellationTokenSource overdue = new();
    private readonly TimeSpan patience;
    private readonly PosixSignalRegistration[] signals;

    public Interruption(TimeSpan patience)
    {
        this.patience = patience;
        signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Tell), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Tell)];
    }

    public CancellationToken Told => told.Token;

    /// <summary>The command did not end in time, and is left behind.</summary>
    public CancellationToken Overdue => overdue.Token;

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        told.Dispose();
        overdue.Dispose();
    }

    private void Tell(PosixSignalContext signal)
    {
        signal.Cancel = true;
        overdue.CancelAfter(patience);
        _ = told.CancelAsync();
    }
}
