using System.IO.Pipelines;
using System.Net.Sockets;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// HEP by TCP, and by TLS, which is the same when its handshake is over: the connections of capture agents, each read as fast as the brokers take what is
/// in it.
/// </summary>
internal sealed partial class HepConnections(
    IntakeContext context, GatewayProducer producer, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HepConnections> logger) : IDisposable
{
    /// <summary>Between two looks for room, at first.</summary>
    private static readonly TimeSpan RoomStep = TimeSpan.FromMilliseconds(10);

    /// <summary>And in the end: a thousand connections may look for it.</summary>
    private static readonly TimeSpan LongestRoomStep = TimeSpan.FromMilliseconds(100);

    /// <summary>At the end of the service: nothing came for so long, so what was under way is here.</summary>
    private static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(50);

    /// <summary>For those that were cut off to notice.</summary>
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    /// <summary>An intake is in use between two waits only: there are as many as threads, not as many as connections.</summary>
    private readonly ThreadLocal<FrameIntake> intakes = new(() => new FrameIntake(context));
    private readonly CancellationTokenSource cutOff = new();
    private readonly SparseLines<string> lines = new(TimeSpan.FromMinutes(1), time);
    private int open;

    /// <summary>Connections that are read.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Those that their senders reset: what was not read by then is lost.</summary>
    public RunningCount Reset { get; } = new();

    /// <summary>Those that were not read to their end when the service ended.</summary>
    public RunningCount CutOff { get; } = new();

    /// <summary>
    /// Waits until all have ended, which they do when the service is stopped and what had come is read; those that wait for room by then, or whose sender
    /// goes on, are cut off.
    /// </summary>
    public async Task EndAsync(TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (Open > 0 && time.GetElapsedTime(start) < patience) await Task.Delay(RoomStep, time);
        await cutOff.CancelAsync();
        while (Open > 0 && time.GetElapsedTime(start) < patience + LastMoment) await Task.Delay(RoomStep, time);
        if (CutOff.Count > 0) LogCutOff(logger, CutOff.Count);
    }

    /// <summary>Reads one to its end.</summary>
    /// <param name="connection">It.</param>
    /// <param name="prove">Called when a frame of it was let in, and now and then while that waits for room.</param>
    public async Task RunAsync(ConnectionContext connection, Action prove)
    {
        var sender = Sender.Of(connection.RemoteEndPoint);
        if (!intakes.Value!.Admits(sender)) return;
        Interlocked.Increment(ref open);
        var reading = new Reading(sender, prove, producer);
        try
        {
            await ReadAsync(connection, reading);
            if (cutOff.IsCancellationRequested && Unread(connection) > 0) TellCutOff(reading);
        }
        // The pipe says so before it gives what it still has, so nobody knows how much that was.
        catch (IOException)
        {
            Reset.Add();
            if (lines.AreDue(nameof(Reset))) LogReset(logger, sender, Reset.Count);
        }
        // By us: it had to make room, or the service ends.
        catch (OperationCanceledException)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested) TellCutOff(reading);
        }
        finally
        {
            producer.Lose(reading.Held.Count);
            Interlocked.Decrement(ref open);
        }
    }

    public void Dispose()
    {
        intakes.Dispose();
        cutOff.Dispose();
    }

    private async Task ReadAsync(ConnectionContext connection, Reading reading)
    {
        var input = connection.Transport.Input;
        using var stopping = lifetime.ApplicationStopping.Register(input.CancelPendingRead);
        while (true)
        {
            var (read, isOver) = await NextAsync(connection);
            // Looked at when it may be a frame, so that many small steps do not look at the same bytes again and again.
            var isWorth = isOver || read.Buffer.Length >= reading.Decoder.Needed;
            var taken = isWorth ? Take(read.Buffer, isOver, reading) : 0;
            // What was not looked at, because there is no room, is looked at the next time.
            var isLookedAt = reading.Held.Count == 0;
            input.AdvanceTo(read.Buffer.GetPosition(taken), isLookedAt ? read.Buffer.End : read.Buffer.GetPosition(taken));
            await PassOnAsync(reading);
            if (isLookedAt && isOver) return;
        }
    }

    /// <summary>What is here, or comes; and whether nothing follows it. At the end of the service that is so when nothing came for a moment.</summary>
    private async ValueTask<(ReadResult Read, bool IsOver)> NextAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        if (!lifetime.ApplicationStopping.IsCancellationRequested) return Known(await input.ReadAsync());
        using var pause = new CancellationTokenSource(LastPause, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cutOff.Token);
        try
        {
            return Known(await input.ReadAsync(end.Token));
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Gives what was looked at before, half a frame, without waiting.
            input.CancelPendingRead();
            var read = await input.ReadAsync();
            return (read, read.IsCompleted || cutOff.IsCancellationRequested || Unread(connection) == 0);
        }

        static (ReadResult, bool) Known(ReadResult read) => (read, read.IsCompleted);
    }

    private async Task PassOnAsync(Reading reading)
    {
        for (var step = RoomStep; !reading.Held.TryPassOn(); step = TimeSpan.FromTicks(Math.Min(2 * step.Ticks, LongestRoomStep.Ticks)))
        {
            // It is not its sender that is silent.
            reading.Prove();
            await Task.Delay(step, time, cutOff.Token);
        }
    }

    /// <summary>Bytes that the system has of it.</summary>
    private static int Unread(ConnectionContext connection)
    {
        try
        {
            return connection.Features.Get<IConnectionSocketFeature>()?.Socket.Available ?? 0;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return 0;
        }
    }

    private void TellCutOff(Reading reading)
    {
        CutOff.Add();
        // How many messages were not read nobody knows; that there were some is known.
        if (reading.Held.Count == 0) producer.Lose(1);
    }

    [LoggerMessage(213, LogLevel.Warning,
        "{Sender} reset its connection: what it had sent and the gateway had not read is lost ({Count} so far, of all senders; told once a minute)")]
    private static partial void LogReset(ILogger logger, Sender sender, long count);

    [LoggerMessage(214, LogLevel.Error, "HEP: {Count} connections were cut off at the end before all that had come by them was read")]
    private static partial void LogCutOff(ILogger logger, long count);
}
