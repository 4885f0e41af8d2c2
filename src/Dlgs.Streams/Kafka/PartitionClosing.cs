namespace Dlgs.Streams.Kafka;

/// <summary>Why a partition stands still. It is looked at again by itself.</summary>
/// <param name="Cause">The kind, a word: what the metric counts by.</param>
/// <param name="Why">What was found, with topic, partition and offset.</param>
/// <param name="Opens">What opens it again; names only what there is a tool for.</param>
internal sealed record Closure(string Cause, string Why, string Opens);

/// <summary>How a partition comes to stand still, and how it is looked at again: after a pause that grows until it is past what stopped it.</summary>
internal sealed class PartitionClosing(TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>How often, and for how long, brokers have to say the same until it counts: in a failover they say many things.</summary>
    private const int ProofAnswers = 3;
    private static readonly TimeSpan ProofSpan = TimeSpan.FromSeconds(3);

    private int times;
    private long atOffset = -1;
    private long closedAt;
    private TimeSpan pause;
    private (string What, long Since, int Answers) evidence;

    /// <summary>Why it stands still, or did until it is past that; null: nothing was wrong.</summary>
    public Closure? Closure { get; private set; }

    /// <summary>It stands still, and the time has come to look again.</summary>
    public bool IsDue => Closure is not null && time.GetElapsedTime(closedAt) >= pause;

    /// <summary>With the offset of the record that stopped it, if it was one. Returns how long it stands still.</summary>
    public TimeSpan Close(Closure closure, long offset = -1)
    {
        (Closure, atOffset, closedAt, evidence) = (closure, offset, time.GetTimestamp(), default);
        return pause = GrowingPause.After(++times, ShortestPause, LongestPause);
    }

    /// <summary>Something was committed. Returns what had stopped it, once that is behind it.</summary>
    public Closure? Pass(long nextOffset)
    {
        if (Closure is not { } was || nextOffset <= atOffset) return null;
        (Closure, times, atOffset) = (null, 0, -1);
        return was;
    }

    /// <summary>When what speaks against it was first found, in ticks of the monotonic clock.</summary>
    public long SuspectedAt => evidence.Since;

    /// <summary>One answer of a broker is no proof. True once the same was found often and long enough.</summary>
    public bool IsProven(string what)
    {
        evidence = evidence.What == what ? (what, evidence.Since, evidence.Answers + 1) : (what, time.GetTimestamp(), 1);
        return evidence.Answers >= ProofAnswers && time.GetElapsedTime(evidence.Since) >= ProofSpan;
    }
}
