using System.Buffers;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Sip;
using Microsoft.AspNetCore.Connections;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// HEP by TCP, and by TLS, which is the same when its handshake is over: the connections of capture agents, each read as fast as the brokers take what is
/// in it.
/// </summary>
internal sealed class HepConnections(IntakeContext context, GatewayProducer producer, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    /// <summary>Between two looks for room.</summary>
    private static readonly TimeSpan RoomStep = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes that are decoded at once, where they are not in one piece.</summary>
    private const int MaxCopied = 2 * HepDecoder.Window;

    /// <summary>An intake is in use between two waits only: there are as many as threads, not as many as connections.</summary>
    private readonly ThreadLocal<FrameIntake> intakes = new(() => new FrameIntake(context));
    private readonly CancellationTokenSource cutOff = new();
    private int open;

    /// <summary>Connections that are read.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Waits until all have ended, which they do when the service is stopped; those that wait for room are cut off.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (Open > 0 && time.GetElapsedTime(start) < patience) await Task.Delay(RoomStep, time);
        await cutOff.CancelAsync();
        while (Open > 0 && time.GetElapsedTime(start) < 2 * patience) await Task.Delay(RoomStep, time);
    }

    /// <summary>Reads one to its end.</summary>
    /// <param name="connection">It.</param>
    /// <param name="prove">Called when a frame of it was let in.</param>
    public async Task RunAsync(ConnectionContext connection, Action prove)
    {
        var sender = Sender.Of(connection.RemoteEndPoint);
        if (!intakes.Value!.Admits(sender)) return;
        Interlocked.Increment(ref open);
        var reading = new Reading(sender, prove, producer);
        try
        {
            await ReadAsync(connection, reading);
        }
        // It was cut off, by the other end or by us: what it sent before is taken.
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
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
            var read = await input.ReadAsync();
            // Looked at when it may be a frame, so that many small steps do not look at the same bytes again and again.
            var isWorth = read.IsCompleted || read.Buffer.Length >= reading.Decoder.Needed;
            var taken = isWorth ? Take(read.Buffer, read.IsCompleted, reading) : 0;
            // What was not looked at, because there is no room, is looked at the next time.
            var isLookedAt = reading.Held.Count == 0;
            input.AdvanceTo(read.Buffer.GetPosition(taken), isLookedAt ? read.Buffer.End : read.Buffer.GetPosition(taken));
            while (!reading.Held.TryPassOn()) await Task.Delay(RoomStep, time, cutOff.Token);
            if (isLookedAt && (read.IsCompleted || lifetime.ApplicationStopping.IsCancellationRequested)) return;
        }
    }

    /// <summary>Takes frames for as long as there is room for what is in them; returns how many bytes are done with.</summary>
    private long Take(in ReadOnlySequence<byte> buffer, bool isOver, Reading reading)
    {
        byte[]? copy = null;
        long taken = 0;
        try
        {
            for (var isWorth = true; isWorth;)
            {
                var rest = buffer.Slice(taken);
                var piece = rest.FirstSpan;
                if (!rest.IsSingleSegment)
                {
                    var length = (int)Math.Min(rest.Length, MaxCopied);
                    copy ??= ArrayPool<byte>.Shared.Rent(length);
                    rest.Slice(0, length = Math.Min(length, copy.Length)).CopyTo(copy);
                    piece = copy.AsSpan(0, length);
                }
                var done = Take(piece, isOver && piece.Length == rest.Length, reading);
                taken += done;
                isWorth = done > 0 && piece.Length < rest.Length && reading.Held.Count == 0;
            }
            return taken;
        }
        finally
        {
            if (copy is not null) ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private int Take(ReadOnlySpan<byte> bytes, bool isOver, Reading reading)
    {
        var intake = intakes.Value!;
        var taken = 0;
        while (reading.Held.Count == 0)
        {
            var any = reading.Decoder.TryRead(bytes[taken..], isOver, out var frame, out var failure);
            taken += reading.Decoder.Taken;
            if (!any) break;
            if (failure != HepFailure.None) intake.Fail(failure, reading.Sender);
            else if (intake.Take(frame, reading.Sender, reading.Held)) reading.Prove();
        }
        return taken;
    }

    /// <summary>How far one connection is.</summary>
    private sealed class Reading(Sender sender, Action prove, IEventSink sink)
    {
        public Sender Sender => sender;

        public HepDecoder Decoder { get; } = new(SipStream.TryFindLength) { IsLive = true };

        public HeldEvents Held { get; } = new(sink);

        public void Prove() => prove();
    }
}
