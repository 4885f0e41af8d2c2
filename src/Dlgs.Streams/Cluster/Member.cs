using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>Whether an instance is asked.</summary>
internal enum MemberState
{
    /// <summary>Never heard.</summary>
    Unknown,
    /// <summary>It answers, and is asked.</summary>
    Up,
    /// <summary>It did not answer: it is probed, and not asked.</summary>
    Down,
    /// <summary>This instance itself, or one of another cluster.</summary>
    NotOurs,
}

/// <summary>One address at which an instance is, or was. Thread-safe. Whoever keeps it is told when it may be another.</summary>
internal sealed class Member(Uri address, IPeer peer, Action changed, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly Lock changing = new();
    private CancellationTokenSource upTo = new();
    private TimeSpan pause = ShortestPause;
    private long restsUntil;
    private MemberState told = MemberState.Unknown;
    private bool isUnheardTold;
    private string? distrustTold;

    public Uri Address => address;

    public IPeer Peer => peer;

    public MemberState State { get; private set; }

    /// <summary>What it said last; null: nothing yet.</summary>
    public PeerHello? Hello { get; private set; }

    /// <summary>When it was last heard, or first known, in ticks of the monotonic clock.</summary>
    public long HeardAt { get; private set; } = time.GetTimestamp();

    /// <summary>Cancelled as soon as it is down: who waits for it then waits no more.</summary>
    public CancellationToken WhileUp
    {
        get
        {
            lock (changing) return upTo.Token;
        }
    }

    /// <summary>One that failed when it was asked rests, longer each time: that it can say hello is no proof that it can answer.</summary>
    public void Heard(PeerHello hello, MemberState state)
    {
        lock (changing)
        {
            (Hello, HeardAt, distrustTold) = (hello, time.GetTimestamp(), null);
            if (state == MemberState.Up && time.GetTimestamp() < restsUntil) return;
            if (state != MemberState.Up) upTo.Cancel();
            else if (State != MemberState.Up) upTo = new CancellationTokenSource();
            State = state;
        }
        changed();
    }

    /// <summary>What it last said, if it is up or not since this was asked last; null: nothing new, or never heard.</summary>
    public PeerHello? TakeNews()
    {
        lock (changing)
        {
            if (State == told || Hello is null) return null;
            told = State;
            return Hello;
        }
    }

    /// <summary>Once: it was never heard in so long a time.</summary>
    public bool IsUnheard(TimeSpan patience)
    {
        lock (changing)
        {
            if (Hello is not null || isUnheardTold || time.GetElapsedTime(HeardAt) < patience) return false;
            return isUnheardTold = true;
        }
    }

    /// <summary>Whether it was not distrusted for this reason before.</summary>
    public bool TakeDistrust(string reason)
    {
        lock (changing)
        {
            if (reason == distrustTold) return false;
            distrustTold = reason;
            return true;
        }
    }

    /// <summary>It did not say hello, or says that it leaves.</summary>
    public void IsSilent()
    {
        lock (changing)
        {
            if (State == MemberState.Up) upTo.Cancel();
            if (State != MemberState.NotOurs) State = MemberState.Down;
        }
        changed();
    }

    /// <summary>It did not answer a question.</summary>
    public void HasFailed()
    {
        lock (changing)
        {
            if (State != MemberState.Up) return;
            upTo.Cancel();
            State = MemberState.Down;
            restsUntil = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
        changed();
    }

    public void HasAnswered()
    {
        lock (changing) pause = ShortestPause;
    }

    public void Dispose()
    {
        IsSilent();
        peer.Dispose();
    }
}
