namespace Dlgs.Streams.Core.Dialogs;

/// <summary>When a proxy saw a message, by the proxy's clock. Microseconds since 1970-01-01 UTC. What changes and CDRs report.</summary>
public readonly record struct SipTime(long Micros) : IComparable<SipTime>
{
    /// <inheritdoc/>
    public int CompareTo(SipTime other) => Micros.CompareTo(other.Micros);
    public static SipTime operator +(SipTime time, TimeSpan span) => new(time.Micros + span.Ticks / TimeSpan.TicksPerMicrosecond);
    public static bool operator <(SipTime a, SipTime b) => a.Micros < b.Micros;
    public static bool operator >(SipTime a, SipTime b) => a.Micros > b.Micros;
    public static bool operator <=(SipTime a, SipTime b) => a.Micros <= b.Micros;
    public static bool operator >=(SipTime a, SipTime b) => a.Micros >= b.Micros;
}

/// <summary>
/// How far a partition's log has come: the running maximum of the broker's append times. Microseconds since 1970-01-01 UTC.
/// Lifetimes run in it, so neither a proxy's nor a worker's wrong clock ends a call.
/// </summary>
public readonly record struct LogTime(long Micros) : IComparable<LogTime>
{
    /// <summary>Before every record.</summary>
    public static LogTime Start => new(long.MinValue);
    /// <summary>After every record; also "no deadline".</summary>
    public static LogTime Never => new(long.MaxValue);
    /// <inheritdoc/>
    public int CompareTo(LogTime other) => Micros.CompareTo(other.Micros);
    public static LogTime operator +(LogTime time, TimeSpan span) => time == Never ? Never : new(time.Micros + span.Ticks / TimeSpan.TicksPerMicrosecond);
    public static bool operator <(LogTime a, LogTime b) => a.Micros < b.Micros;
    public static bool operator >(LogTime a, LogTime b) => a.Micros > b.Micros;
    public static bool operator <=(LogTime a, LogTime b) => a.Micros <= b.Micros;
    public static bool operator >=(LogTime a, LogTime b) => a.Micros >= b.Micros;
}
