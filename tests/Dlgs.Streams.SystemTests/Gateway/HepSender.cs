using System.IO.Compression;
using System.Net.Sockets;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.SystemTests.Gateway;

/// <summary>Sends recordings as a capture agent does: a frame a datagram, or the frames of a stream.</summary>
internal static class HepSender
{
    /// <summary>Frames that are under way at once, at the most: a busy machine reads late.</summary>
    private const int Ahead = 500;

    /// <summary>Sends by UDP, no faster than they are read; returns how many frames those were.</summary>
    /// <param name="to">Whose socket that is.</param>
    /// <param name="recordings">In this order.</param>
    public static async Task<int> SendAsync(GatewayProcess to, IEnumerable<string> recordings)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to.Udp);
        var before = await to.ReadFramesAsync();
        var sent = 0;
        foreach (var frame in recordings.SelectMany(Frames))
        {
            socket.Send(frame);
            if (++sent % Ahead == 0) await to.WaitForFramesAsync(before + sent);
        }
        await to.WaitForFramesAsync(before + sent);
        return sent;
    }

    /// <summary>Sends by UDP, whether anybody is there or not.</summary>
    public static void SendIntoTheVoid(GatewayProcess to, string recording)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        foreach (var frame in Frames(recording)) socket.SendTo(frame, to.Udp);
    }

    /// <summary>Sends by TCP; over a connection that is opened again until somebody is there.</summary>
    public static async Task StreamAsync(GatewayProcess to, IEnumerable<string> recordings)
    {
        TcpClient? client = null;
        await Eventually.IsTrueAsync(() => (client = Connect(to)) is not null, TimeSpan.FromSeconds(60), () => "a connection");
        using var agent = client!;
        foreach (var name in recordings)
        {
            await using var file = Open(name);
            await file.CopyToAsync(agent.GetStream(), TestContext.Current.CancellationToken);
        }
        agent.Client.Shutdown(SocketShutdown.Send);
        // The other end hangs up when it has taken all.
        Assert.Equal(0, await agent.Client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    /// <summary>Null: nobody is there.</summary>
    private static TcpClient? Connect(GatewayProcess to)
    {
        try
        {
            return new TcpClient($"{to.Tcp.Address}", to.Tcp.Port);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static GZipStream Open(string recording) => new(File.OpenRead(Judge.FileOf(recording)), CompressionMode.Decompress);

    /// <summary>Those of version 2 end where the next begins.</summary>
    private static List<byte[]> Frames(string recording)
    {
        using var bytes = new MemoryStream();
        using (var file = Open(recording)) file.CopyTo(bytes);
        bytes.Position = 0;
        var (reader, starts) = (new HepReader(bytes, SipStream.TryFindLength), new List<int>());
        while (reader.TryRead(out _, out _)) starts.Add((int)reader.Position);
        var all = bytes.ToArray();
        return [.. starts.Zip([.. starts.Skip(1), all.Length], (from, to) => all[from..to])];
    }
}
