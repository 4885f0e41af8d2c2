namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The operator's tags of one dialog: per tag the latest fact about it wins, removal on a tie; the 16 smallest, sorted bytewise.
/// A reused object.
/// </summary>
internal sealed class TagSet
{
    private readonly Rows<int> tags = new();

    public int Count => tags.Count;

    public ReadOnlySpan<int> Span => tags.Span;

    public void Find(Call call, int fromTag, uint since, uint upTo)
    {
        tags.Clear();
        foreach (ref var fact in call.Tags.Span)
        {
            if (tags.Span.Contains(fact.Tag) || !IsAdded(call, fact.Tag, fromTag, since, upTo)) continue;
            tags.Add(fact.Tag);
            for (var j = tags.Count - 1; j > 0 && call.Texts.Compare(tags[j - 1], tags[j]) > 0; j--) (tags[j - 1], tags[j]) = (tags[j], tags[j - 1]);
            if (tags.Count > Bounds.Tags) tags.RemoveAt(tags.Count - 1);
        }
    }

    private static bool IsAdded(Call call, int tag, int fromTag, uint since, uint upTo)
    {
        var (found, removed, latest) = (false, false, new SipTime(long.MinValue));
        foreach (ref var fact in call.Tags.Span)
        {
            if (fact.Tag != tag || !Concerns(call, fact, fromTag, since, upTo, out var at)) continue;
            if (found && at < latest) continue;
            removed = fact.Removed || found && at == latest && removed;
            (found, latest) = (true, at);
        }
        return found && !removed;
    }

    /// <summary>Whether a fact is about the dialog, and its time: an INVITE's tags date from its attempt, so a later copy does not bring back what was removed.</summary>
    private static bool Concerns(Call call, in TagFact fact, int fromTag, uint since, uint upTo, out SipTime at)
    {
        at = fact.At.Sip;
        switch (fact.Scope)
        {
            case TagScope.Call: return true;
            case TagScope.Caller: return fact.FromTag == fromTag;
            case TagScope.Dialog: return fact.FromTag == fromTag && fact.Number == since;
            case TagScope.Invite:
                if (fact.FromTag != fromTag || fact.Number < since || fact.Number > upTo) return false;
                var invite = call.FindInvite(fromTag, fact.Number);
                if (invite < 0 || !call.Invites[invite].Attempt.Happened) return false;
                at = call.Invites[invite].Attempt.Sip;
                return true;
            default: return false;
        }
    }
}
