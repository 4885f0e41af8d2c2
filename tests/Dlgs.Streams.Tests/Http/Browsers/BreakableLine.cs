using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Tests.Http.Browsers;

/// <summary>A port that passes all on to a server's, until the line breaks; who comes again has a new one.</summary>
internal sealed class BreakableLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock opening = new();
    private readonly List<TcpClient> open = [];
    private readonly Task accepting;

    public BreakableLine(Uri server)
    {
        listener.Start();
        accepting = AcceptAsync(server);
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <summary>Without a word to either side, as a network breaks.</summary>
    public void Break()
    {
        lock (opening)
        {
            foreach (var connection in open) connection.Dispose();
            open.Clear();
        }
    }

    private async Task AcceptAsync(Uri server)
    {
        var passing = new List<Task>();
        try
        {
            while (true) passing.Add(PassAsync(await listener.AcceptTcpClientAsync(ended.Token), server));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client, Uri server)
    {
        var served = new TcpClient();
        lock (opening) open.AddRange([client, served]);
        try
        {
            await served.ConnectAsync(server.Host, server.Port, ended.Token);
            var (here, there) = (client.GetStream(), served.GetStream());
            await Task.WhenAny(here.CopyToAsync(there, ended.Token), there.CopyToAsync(here, ended.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Broken.
        }
        client.Dispose();
        served.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        Break();
        await accepting;
        listener.Dispose();
        ended.Dispose();
    }
}
