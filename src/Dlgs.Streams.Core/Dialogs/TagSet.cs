namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The operator's tags of one dialog: per tag the latest fact about it wins, removal on a tie; the 16 smallest, sorted bytewise.
/// A reused object.
/// </summary>
internal sealed class TagSet
{
    private readonly Rows<TextId> tags = new();

    public int Count => tags.Count;

    public ReadOnlySpan<TextId> Span => tags.Span;

    /// <summary>The dialog has more tags than are kept.</summary>
    public bool Overflow { get; private set; }

    /// <summary>The facts are sorted by tag: those about one tag stand together.</summary>
    public void Find(Call call, in Report report)
    {
        tags.Clear();
        Overflow = false;
        for (var i = 0; i < call.Tags.Count;)
        {
            var tag = call.Tags[i].Tag;
            if (!IsAdded(call, ref i, report)) continue;
            Overflow = tags.Count == Bounds.Tags;
            if (Overflow) return;
            tags.Add(tag);
        }
    }

    private static bool IsAdded(Call call, ref int i, in Report report)
    {
        var (found, removed, latest) = (false, false, new SipTime(long.MinValue));
        for (var tag = call.Tags[i].Tag; i < call.Tags.Count && call.Tags[i].Tag == tag; i++)
        {
            ref var fact = ref call.Tags[i];
            if (!Concerns(call, fact, report, out var at) || found && at < latest) continue;
            removed = fact.Removed || found && at == latest && removed;
            (found, latest) = (true, at);
        }
        return found && !removed;
    }

    /// <summary>
    /// Whether a fact is about the dialog, and its time:
    /// an INVITE's tags date from its attempt, so a later copy does not bring back what was removed.
    /// </summary>
    private static bool Concerns(Call call, in TagFact fact, in Report report, out SipTime at)
    {
        at = fact.At.Sip;
        switch (fact.Scope)
        {
            case TagScope.Call: return true;
            case TagScope.Caller: return fact.FromTag == report.FromTag;
            case TagScope.Dialog: return fact.FromTag == report.FromTag && call.Named(fact.FromTag, fact.Number) == report.SinceCSeq;
            case TagScope.Invite:
                if (fact.FromTag != report.FromTag || !call.TryFindInvite(fact.FromTag, fact.Number, out var row)) return false;
                ref var invite = ref call.Invites[row];
                at = invite.Attempt.Sip;
                return invite.Attempt.Happened && report.Covers(invite.Named);
            default: return false;
        }
    }
}
