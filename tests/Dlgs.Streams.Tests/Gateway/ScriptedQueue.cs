using System.Collections.Concurrent;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Gateway;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>A queue to brokers that do what the test says.</summary>
internal sealed class ScriptedQueue : IEventQueue
{
    private readonly ConcurrentQueue<SipEvent> events = new();
    private volatile bool hasRoom = true;
    private volatile bool isSpent;

    /// <summary>What it took, in that order.</summary>
    public IReadOnlyList<SipEvent> Events => [.. events];

    public int Count => events.Count;

    public bool HasRoom { get => hasRoom; set => hasRoom = value; }

    /// <summary>The brokers have what it took.</summary>
    public bool Delivers { get; set; } = true;

    public string Topic => "dlgs.sip-events";

    public long Delivered => Delivers ? events.Count : 0;

    public long Failed { get; set; }

    /// <summary>What it says that it has left.</summary>
    public Queue<(byte[] CallId, byte[] SipEvent)> Left { get; } = new();

    public bool IsSpent { get => isSpent; set => isSpent = value; }

    public bool IsDisposed { get; private set; }

    public string? LastError => "as the test says";

    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
    {
        if (!HasRoom || IsSpent) return false;
        var read = SipEvent.Parser.ParseFrom(sipEvent);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(callId), read.CallId);
        events.Enqueue(read);
        return true;
    }

    public bool TryTakeLeft(out (byte[] CallId, byte[] SipEvent) next) => Left.TryDequeue(out next);

    public void Flush(TimeSpan patience)
    {
    }

    public void Dispose() => IsDisposed = true;
}
