namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The time of a fact on both clocks: the SIP time that a message gave it, and the log time of the record that brought that message (the
/// earliest of several). Ties are broken by value, never by arrival.
/// </summary>
internal readonly record struct Moment(SipTime Sip, LogTime Log)
{
    /// <summary>It has not happened.</summary>
    public static Moment None => new(default, LogTime.Never);

    public bool Happened => Log != LogTime.Never;

    /// <summary>Keeps the earliest; true if that is a new one.</summary>
    public static bool KeepEarliest(ref Moment kept, Moment seen)
    {
        if (kept.Happened && (kept.Sip < seen.Sip || kept.Sip == seen.Sip && kept.Log <= seen.Log)) return false;
        kept = seen;
        return true;
    }

    /// <summary>Keeps the latest; true if that is a new one.</summary>
    public static bool KeepLatest(ref Moment kept, Moment seen)
    {
        if (kept.Happened && (kept.Sip > seen.Sip || kept.Sip == seen.Sip && kept.Log <= seen.Log)) return false;
        kept = seen;
        return true;
    }
}
