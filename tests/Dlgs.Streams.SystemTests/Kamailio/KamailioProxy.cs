namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A real Kamailio with the READMEs' lines in its kamailio.cfg, and a callee behind it that takes every call.</summary>
internal sealed class KamailioProxy : IDisposable
{
    private readonly ChildProcess callee;
    private readonly KamailioProcess proxy;

    private KamailioProxy(KamailioProcess proxy, int calleePort) =>
        (this.proxy, callee) = (proxy, Sipp.Start(calleePort, "-sn", "uas"));

    public int Port => proxy.Port;

    public string Output => proxy.Output;

    /// <summary>Started, and it answers.</summary>
    public static async Task<KamailioProxy> StartAsync(KamailioLines lines)
    {
        var calleePort = LoopbackPort.Free();
        (string, string)[] included = [("mirror.cfg", lines.Mirror), ("settings.cfg", lines.Settings), ("call.cfg", lines.Call), ("routes.cfg", lines.Routes)];
        return new KamailioProxy(await KamailioProcess.StartAsync("proxy.cfg", [("$CALLEE_PORT", $"{calleePort}")], included), calleePort);
    }

    public void Dispose()
    {
        proxy.Dispose();
        callee.Dispose();
    }
}
