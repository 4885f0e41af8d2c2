namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// When a proxy saw a message, by the proxy's clock: what changes and CDRs report. The default is 1970, which a message has whose time is unknown.
/// </summary>
/// <param name="Micros">Microseconds since 1970-01-01 UTC.</param>
public readonly record struct SipTime(long Micros) : IComparable<SipTime>
{
    /// <summary>Before it lie seconds and milliseconds since 1970 taken for microseconds, and clocks that were never set.</summary>
    public static SipTime Year2000 => new(946_684_800_000_000);
    /// <summary>How far a proxy's clock may be ahead of the one that it is held against: what is further ahead is not believed.</summary>
    public static TimeSpan ClockTolerance => TimeSpan.FromSeconds(5);
    /// <summary>To the microsecond.</summary>
    public static SipTime Of(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
    /// <inheritdoc/>
    public int CompareTo(SipTime other) => Micros.CompareTo(other.Micros);
    /// <summary>Later by a span, to the microsecond.</summary>
    public static SipTime operator +(SipTime time, TimeSpan span) => new(time.Micros + span.Ticks / TimeSpan.TicksPerMicrosecond);
    /// <summary>Earlier.</summary>
    public static bool operator <(SipTime a, SipTime b) => a.Micros < b.Micros;
    /// <summary>Later.</summary>
    public static bool operator >(SipTime a, SipTime b) => a.Micros > b.Micros;
    /// <summary>Earlier or equal.</summary>
    public static bool operator <=(SipTime a, SipTime b) => a.Micros <= b.Micros;
    /// <summary>Later or equal.</summary>
    public static bool operator >=(SipTime a, SipTime b) => a.Micros >= b.Micros;
}

/// <summary>
/// How far a partition's log has come: the running maximum of the broker's append times. Lifetimes run in it, so neither a proxy's nor a
/// worker's wrong clock ends a call.
/// </summary>
/// <param name="Micros">Microseconds since 1970-01-01 UTC.</param>
public readonly record struct LogTime(long Micros) : IComparable<LogTime>
{
    /// <summary>Before every record.</summary>
    public static LogTime Start => new(long.MinValue);
    /// <summary>After every record; also "no deadline".</summary>
    public static LogTime Never => new(long.MaxValue);
    /// <inheritdoc/>
    public int CompareTo(LogTime other) => Micros.CompareTo(other.Micros);
    /// <summary>Later by a span, to the microsecond; <see cref="Never"/> stays.</summary>
    public static LogTime operator +(LogTime time, TimeSpan span) => time == Never ? Never : new(time.Micros + span.Ticks / TimeSpan.TicksPerMicrosecond);
    /// <summary>Earlier.</summary>
    public static bool operator <(LogTime a, LogTime b) => a.Micros < b.Micros;
    /// <summary>Later.</summary>
    public static bool operator >(LogTime a, LogTime b) => a.Micros > b.Micros;
    /// <summary>Earlier or equal.</summary>
    public static bool operator <=(LogTime a, LogTime b) => a.Micros <= b.Micros;
    /// <summary>Later or equal.</summary>
    public static bool operator >=(LogTime a, LogTime b) => a.Micros >= b.Micros;
}
