namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>Calls of one caller, by sipp, which knows what became of each: refused, or up until it is told to hang up.</summary>
internal sealed class Callers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>All that a Call-ID may have and a URL or JSON has to escape (RFC 3261 25.1: word); %u is the call's number, %p sipp's process.</summary>
    private const string CallId = """%u.%p/a+b%%2F"c"\'d'{e}?<f>[g]:~`()*!@%s""";

    private readonly string log = Path.GetTempFileName();
    private readonly int port = LoopbackPort.Free();
    private readonly int calls;
    private readonly SipClient user = new();
    private readonly ChildProcess sipp;

    /// <param name="proxy">Where they call.</param>
    /// <param name="caller">The user part of their From.</param>
    /// <param name="calls">As many, as fast as it can.</param>
    public Callers(KamailioProxy proxy, string caller, int calls)
    {
        this.calls = calls;
        sipp = Sipp.Start(port, "-sf", Path.Combine(AppContext.BaseDirectory, "Kamailio", "caller.xml"), $"127.0.0.1:{proxy.Port}",
            "-m", $"{calls}", "-r", $"{calls * 100}", "-key", "caller", caller, "-cid_str", CallId, "-trace_logs", "-log_file", log);
    }

    /// <summary>Call-IDs of those that were let through, ended ones included.</summary>
    public string[] LetThrough => CallIds("up");

    /// <summary>How many were let through, refused as too many (403), or refused because dlgs did not answer (503).</summary>
    public (int LetThrough, int Refused, int Uncounted) Outcome => (LetThrough.Length, CallIds("refused").Length, CallIds("uncounted").Length);

    public bool AreDecided => Outcome is var (through, refused, uncounted) && through + refused + uncounted == calls;

    /// <summary>Each is up, or has been refused.</summary>
    public Task WaitUntilDecidedAsync(Func<string> what) => Eventually.IsTrueAsync(() => AreDecided, Patience,
        () => $"{calls} calls, of which became {Outcome}; {what()}");

    public void HangUp(string callId) => user.Send(port, "INFO", callId);

    /// <summary>All that are up, and waits until sipp has seen each end well.</summary>
    public async Task HangUpAsync()
    {
        foreach (var call in LetThrough) HangUp(call);
        Assert.True(await sipp.WaitForExitAsync() == 0, sipp.Output);
    }

    public void Dispose()
    {
        sipp.Dispose();
        user.Dispose();
        File.Delete(log);
    }

    private string[] CallIds(string outcome)
    {
        using var file = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. file.ReadToEnd().Split('\n').Select(line => line.Split(' ')).Where(line => line[0] == outcome).Select(line => line[1])];
    }
}
