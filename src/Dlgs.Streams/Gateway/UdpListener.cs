using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Gateway;

/// <summary>HEP by UDP: some sockets at one port, each with its thread, so that what one sender sent stays in its order.</summary>
internal sealed partial class UdpListener(
    IOptions<GatewayOptions> options, IntakeContext context, GatewayProducer producer, TimeProvider time, ILogger<UdpListener> logger) : IDisposable
{
    /// <summary>For what the system still holds when the service is stopped: under a flood it would never end.</summary>
    private static readonly TimeSpan LastReads = TimeSpan.FromSeconds(1);

    private readonly SparseLines<string> lines = new(TimeSpan.FromMinutes(1), time);
    private readonly List<Socket> sockets = [];
    private readonly List<Task> threads = [];
    private volatile bool isStopping;
    private long toldDrops;

    /// <summary>Where it listens, with the port that was found; null: nowhere.</summary>
    public IPEndPoint? Address { get; private set; }

    /// <summary>Datagrams that the system dropped, because they came faster than they were read.</summary>
    public long Drops { get; private set; }

    /// <summary>Takes the port; from here on the system keeps what comes. Throws an <see cref="IOException"/> where it cannot be had.</summary>
    public void Bind()
    {
        if (options.Value.ListenUdp is not { } at) return;
        var count = UdpSocket.CanShare ? options.Value.UdpSockets : 1;
        var first = BindFirst(at.EndPoint);
        Address = (IPEndPoint)first.LocalEndPoint!;
        if (count == 1) sockets.Add(first);
        else
        {
            // That another process is there, with sockets that may be shared as well, shows with one that may not.
            first.Dispose();
            for (var i = 0; i < count; i++) sockets.Add(UdpSocket.Bind(Address, isShared: true, options.Value.ReceiveBuffer));
        }
        CheckBuffer(UdpSocket.BufferOf(sockets[0]));
    }

    public void Start()
    {
        foreach (var socket in sockets)
            threads.Add(Task.Factory.StartNew(() => Run(socket), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
    }

    /// <summary>Reads what the system still holds, and has ended then.</summary>
    public async Task StopAsync()
    {
        isStopping = true;
        // Stopped before the brokers were there, it has read nothing yet: what waits is lost, and has to be said.
        if (threads.Count == 0) Start();
        await Task.WhenAll(threads);
        LookForDrops();
        Close();
    }

    /// <summary>By one caller at a time.</summary>
    public void LookForDrops()
    {
        Drops = sockets.Sum(UdpSocket.DropsOf);
        if (Drops == toldDrops || !lines.AreDue(nameof(Drops))) return;
        LogDrops(logger, Address!, Drops - toldDrops, Drops);
        toldDrops = Drops;
    }

    /// <summary>Of a host that was not stopped.</summary>
    public void Dispose()
    {
        isStopping = true;
        Task.WaitAll([.. threads]);
        Close();
    }

    private void Close()
    {
        foreach (var socket in sockets) socket.Dispose();
        sockets.Clear();
    }

    private Socket BindFirst(IPEndPoint at)
    {
        try
        {
            return UdpSocket.Bind(at, isShared: false, options.Value.ReceiveBuffer);
        }
        catch (SocketException e)
        {
            throw new IOException($"hep_udp: {at}: {e.Message}", e);
        }
    }

    private void Run(Socket socket)
    {
        using IDatagramBatch batch = LinuxDatagrams.IsSupported ? new LinuxDatagrams(socket) : new PlainDatagrams(socket);
        var intake = new FrameIntake(context);
        try
        {
            while (!isStopping) Take(batch, intake, producer);
            var (start, last) = (time.GetTimestamp(), new LastEvents(producer));
            while (Take(batch, intake, last) > 0 && time.GetElapsedTime(start) < LastReads) { }
        }
        catch (Exception e)
        {
            // A fault of the program or of the system: the other sockets go on.
            LogFailed(logger, Address!, e.Message, e);
        }
    }

    private static int Take(IDatagramBatch batch, FrameIntake intake, IEventSink sink)
    {
        var count = batch.Receive();
        for (var i = 0; i < count; i++)
        {
            var sender = batch.SenderOf(i);
            if (intake.Admits(sender)) intake.TakeDatagram(batch.Datagram(i), sender, sink);
        }
        return count;
    }

    /// <summary>What finds no room at the end, nobody hears of again.</summary>
    private sealed class LastEvents(GatewayProducer producer) : IEventSink
    {
        public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
        {
            if (producer.TryPublish(callId, sipEvent)) return true;
            producer.Lose(1);
            return false;
        }
    }

    private void CheckBuffer(int given)
    {
        var asked = options.Value.ReceiveBuffer;
        if (given < asked) LogBuffer(logger, asked, given);
    }

    [LoggerMessage(206, LogLevel.Warning, "hep_receive_buffer: {Asked} bytes were asked for, and the system gives {Given}: bursts will be lost. "
        + "sysctl -w net.core.rmem_max={Asked} gives it as much")]
    private static partial void LogBuffer(ILogger logger, int asked, int given);

    [LoggerMessage(207, LogLevel.Error, "HEP by UDP at {Address}: {Count} datagrams came faster than they were read, and the system dropped them "
        + "({All} so far; told once a minute). More hep_udp_sockets, a larger hep_receive_buffer, or TCP")]
    private static partial void LogDrops(ILogger logger, IPEndPoint address, long count, long all);

    [LoggerMessage(208, LogLevel.Critical, "HEP by UDP at {Address}: a socket is not read any more: {Why}")]
    private static partial void LogFailed(ILogger logger, IPEndPoint address, string why, Exception failure);
}
