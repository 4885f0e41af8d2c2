using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// (I2, I3) The gateway's sockets on loopback, its events thrown away, beside receivers that only count; sender and receiver share the machine.
/// </summary>
internal static class GatewayBenchmark
{
    private const int Datagrams = 400_000;
    private const int Rounds = 5;
    private const long StreamBytes = 400_000_000;

    public static async Task RunAsync()
    {
        var frames = IngestBenchmark.RecordedFrames();
        await using var gateway = Build(out var queue);
        await gateway.StartAsync();
        var (udp, tcp) = (gateway.Services.GetRequiredService<UdpListener>().Address!, TcpOf(gateway));
        // Warm: what is measured is a gateway that has run for a while.
        await SendAsync(udp, frames, perSecond: 50_000, count: 100_000);

        var full = new Outcome[2];
        for (var round = 0; round < Rounds; round++)
        {
            var counted = await CountAsync(frames);
            var taken = await TakeAsync(udp, queue, frames, perSecond: null);
            if (round == 0 || counted.PerSecond > full[0].PerSecond) full[0] = counted;
            if (round == 0 || taken.PerSecond > full[1].PerSecond) full[1] = taken;
        }
        var half = (int)(full[0].PerSecond / 2);
        var paced = await TakeAsync(udp, queue, frames, half);
        Console.WriteLine($"(I2) UDP on loopback, one sender, {Datagrams} datagrams of the recorded mix; best of {Rounds} rounds");
        Console.WriteLine($"  a receiver that only counts: {full[0]}");
        Console.WriteLine($"  the gateway:                 {full[1]}");
        Console.WriteLine($"  the gateway at half the counter's rate ({half}/s sent): {paced} (aim: none lost)");

        var stream = frames.SelectMany(frame => frame).ToArray();
        var (read, gated) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
            (read, gated) = (Math.Min(read, await ReadStreamAsync(stream)), Math.Min(gated, await TakeStreamAsync(tcp, queue, stream, frames.Length)));
        var times = StreamBytes / stream.Length;
        Console.WriteLine($"(I3) TCP on loopback, one connection, {times * stream.Length / 1_000_000} MB in {times * frames.Length} frames; "
            + $"best of {Rounds} rounds");
        Console.WriteLine($"  a receiver that throws away: {times * stream.Length / read / 1e6:0} MB/s");
        Console.WriteLine($"  the gateway:                 {times * stream.Length / gated / 1e6:0} MB/s, {times * frames.Length / gated / 1e6:0.00} M frames/s "
            + $"({read / gated:0.00} of it)");
    }

    private static WebApplication Build(out CountingQueue queue)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSettings(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["bootstrap_servers"] = "127.0.0.1:1", ["hep_udp"] = "127.0.0.1:0", ["hep_tcp"] = "127.0.0.1:0", ["hep_udp_sockets"] = "1",
        }).Build());
        builder.Services.AddLoneGateway();
        builder.AddGatewaySurfaces(hasProbes: false);
        builder.AddHepPorts();
        var counting = queue = new CountingQueue();
        builder.Services.AddSingleton<OpenEventQueue>(() => counting);
        return builder.Build();
    }

    private static IPEndPoint TcpOf(WebApplication gateway)
    {
        var url = gateway.Services.GetRequiredService<ListenAddresses>().Of(Listener.HepTcp)!;
        return new IPEndPoint(IPAddress.Parse(url.DnsSafeHost), url.Port);
    }

    /// <summary>What a receiver takes that does nothing with it.</summary>
    private static async Task<Outcome> CountAsync(byte[][] frames)
    {
        using var socket = UdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), isShared: false, new GatewayOptions().ReceiveBuffer);
        var (count, isOver) = (0L, false);
        var receiving = Task.Factory.StartNew(() =>
        {
            using var batch = new LinuxDatagrams(socket);
            while (!Volatile.Read(ref isOver)) count += batch.Receive();
        }, TaskCreationOptions.LongRunning);
        var seconds = await SendAsync((IPEndPoint)socket.LocalEndPoint!, frames, perSecond: null, Datagrams);
        await Task.Delay(300);
        Volatile.Write(ref isOver, true);
        await receiving;
        return new Outcome(count, seconds);
    }

    private static async Task<Outcome> TakeAsync(IPEndPoint udp, CountingQueue queue, byte[][] frames, int? perSecond)
    {
        var before = queue.Taken;
        var seconds = await SendAsync(udp, frames, perSecond, Datagrams);
        await Task.Delay(500);
        // Of each frame one event; some of the mix are none.
        return new Outcome((long)Math.Round((queue.Taken - before) / EventsPerFrame(frames)), seconds);
    }

    private static double EventsPerFrame(byte[][] frames) => (double)IngestBenchmark.Encode(frames) / frames.Length;

    private static Task<double> SendAsync(IPEndPoint to, byte[][] frames, int? perSecond, int count) => Task.Factory.StartNew(() =>
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            while (perSecond is { } rate && Stopwatch.GetElapsedTime(start).TotalSeconds * rate < i) Thread.SpinWait(20);
            socket.Send(frames[i % frames.Length]);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }, TaskCreationOptions.LongRunning);

    private static async Task<double> ReadStreamAsync(byte[] stream)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = SendStreamAsync((IPEndPoint)listener.LocalEndpoint, stream);
        using var client = await listener.AcceptTcpClientAsync();
        var (start, buffer) = (Stopwatch.GetTimestamp(), new byte[1 << 17]);
        while (await client.GetStream().ReadAsync(buffer) > 0) { }
        await sending;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> TakeStreamAsync(IPEndPoint tcp, CountingQueue queue, byte[] stream, int frames)
    {
        var (start, goal) = (Stopwatch.GetTimestamp(), queue.Taken + StreamBytes / stream.Length * (frames - 100));
        await SendStreamAsync(tcp, stream);
        while (queue.Taken < goal) await Task.Delay(1);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task SendStreamAsync(IPEndPoint to, byte[] stream)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(to);
        for (var i = 0; i < StreamBytes / stream.Length; i++) await client.GetStream().WriteAsync(stream);
    }

    private readonly record struct Outcome(long Count, double Seconds)
    {
        public double PerSecond => Count / Seconds;

        public override string ToString() =>
            $"{PerSecond / 1000:0} k/s taken of {Datagrams / Seconds / 1000:0} k/s sent, {100.0 * Math.Max(0, Datagrams - Count) / Datagrams:0.0} % lost";
    }

    /// <summary>Brokers that take everything at once.</summary>
    private sealed class CountingQueue : IEventQueue
    {
        private long taken;

        public long Taken => Volatile.Read(ref taken);
        public string Topic => "nowhere";
        public long Delivered => Taken;
        public long Failed => 0;
        public bool IsSpent => false;
        public string? LastError => null;

        public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
        {
            Interlocked.Increment(ref taken);
            return true;
        }

        public bool TryTakeLeft(out (byte[] CallId, byte[] SipEvent) left)
        {
            left = default;
            return false;
        }

        public void Flush(TimeSpan patience) { }

        public void Dispose() { }
    }
}
