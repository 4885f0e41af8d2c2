using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Stands between two instances. When it is silent, connections stay open and nothing comes through, as where a network fails.</summary>
internal sealed class PeerProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> clients = [];
    private readonly Uri target;
    private volatile TaskCompletionSource open = new();

    public PeerProxy(Uri target)
    {
        this.target = target;
        open.SetResult();
        listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    public void FallSilent() => open = new TaskCompletionSource();

    public void Heal() => open.TrySetResult();

    public void Dispose()
    {
        listener.Dispose();
        foreach (var client in clients) client.Dispose();
        open.TrySetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = JoinAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task JoinAsync(TcpClient caller)
    {
        var called = new TcpClient();
        clients.Add(caller);
        clients.Add(called);
        try
        {
            await called.ConnectAsync(IPAddress.Loopback, target.Port);
            await Task.WhenAny(PassAsync(caller.GetStream(), called.GetStream()), PassAsync(called.GetStream(), caller.GetStream()));
        }
        catch (SocketException)
        {
            // Nobody is there.
        }
        caller.Dispose();
        called.Dispose();
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (var read = await from.ReadAsync(buffer); read > 0; read = await from.ReadAsync(buffer))
            {
                await open.Task;
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
