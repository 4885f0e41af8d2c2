namespace Dlgs.Streams.Kafka;

/// <summary>One look at an input partition: where its lane stands, how far it may read, and where the log ends.</summary>
internal readonly record struct InputProgress(long Position, long LastStableOffset, long End)
{
    public bool IsBehind => Position < End;

    /// <summary>Beyond the position stands what a reader of committed records gets.</summary>
    public bool IsReadable => Position < LastStableOffset;
}

/// <summary>What keeps a partition where it is.</summary>
internal enum StallCause
{
    None,
    /// <summary>Somebody's transaction is open on the input: nothing beyond its first record may be read.</summary>
    OpenTransaction,
    /// <summary>It could read on.</summary>
    Lane,
}

/// <summary>
/// Whether a partition stands still though there is more: its position has not moved for <see cref="Patience"/>, or for
/// <see cref="TurnPatience"/> where it may be waiting for its turn in a lane that gets on. Times are those since the watch began.
/// </summary>
internal sealed class InputStall
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A lane that has a backlog in many partitions goes through them in turns.</summary>
    public static readonly TimeSpan TurnPatience = TimeSpan.FromMinutes(5);

    /// <summary>Nobody looked for as long: what was in between is not known.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(6);

    private TimeSpan lookedAt;
    private TimeSpan readableSince;
    private long position = -1;

    public StallCause Cause { get; private set; }

    /// <summary>When it was first seen to stand there, with more to come.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>When it was last seen to have read on; null: never.</summary>
    public TimeSpan? ReadOnAt { get; private set; }

    /// <summary>True: its cause is another one now, and that is to be told; none: it goes on.</summary>
    /// <param name="seen">Where it is.</param>
    /// <param name="now">When that was.</param>
    /// <param name="waitsForTurn">Other partitions of its lane get on.</param>
    public bool Look(InputProgress seen, TimeSpan now, bool waitsForTurn = false)
    {
        if (position >= 0 && seen.Position > position) ReadOnAt = now;
        var hasMoved = seen.Position != position || !seen.IsBehind;
        if (hasMoved || (Cause == StallCause.None && now - lookedAt > LongestGap)) Since = readableSince = now;
        // What has just become readable is still to be fetched.
        if (!seen.IsReadable) readableSince = now;
        (position, lookedAt) = (seen.Position, now);
        var cause = hasMoved ? StallCause.None
            : seen.IsReadable && now - readableSince >= (waitsForTurn ? TurnPatience : Patience) ? StallCause.Lane
            : !seen.IsReadable && now - Since >= Patience ? StallCause.OpenTransaction
            : Cause;
        if (cause == Cause) return false;
        Cause = cause;
        return true;
    }
}
