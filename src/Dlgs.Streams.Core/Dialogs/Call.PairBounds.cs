namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Which pairs of tags, and which closes, are kept: each kind the smallest, whatever else is known of them.</summary>
internal sealed partial class Call
{
    /// <summary>Of the pairs that answered the smallest; makes room for one that is not there.</summary>
    private bool AdmitAnswer(TextId fromTag, TextId toTag)
    {
        if (Answers.Count < bounds.AnsweredPairs) return true;
        Overflow = true;
        var greatest = 0;
        for (var i = 1; i < Answers.Count; i++)
            if (ComparePairs(Answers[i].FromTag, Answers[i].ToTag, Answers[greatest].FromTag, Answers[greatest].ToTag) > 0) greatest = i;
        if (ComparePairs(fromTag, toTag, Answers[greatest].FromTag, Answers[greatest].ToTag) > 0) return false;
        Answers.RemoveAt(greatest);
        return true;
    }

    /// <summary>The row of signs of life and death of a message's tags: of these pairs the smallest.</summary>
    private bool AdmitPair(in SipMessage m, out int row)
    {
        var (fromTag, toTag) = (Texts.Intern(m.FromTag), Texts.Intern(m.ToTag));
        if (TryFindPair(fromTag, toTag, out row)) return true;
        if (Pairs.Count >= bounds.LivePairs)
        {
            Overflow = true;
            var greatest = 0;
            for (var i = 1; i < Pairs.Count; i++)
                if (ComparePairs(Pairs[i].FromTag, Pairs[i].ToTag, Pairs[greatest].FromTag, Pairs[greatest].ToTag) > 0) greatest = i;
            if (ComparePairs(fromTag, toTag, Pairs[greatest].FromTag, Pairs[greatest].ToTag) > 0) return false;
            Pairs.RemoveAt(greatest);
        }
        Pairs.Add(PairFacts.New(fromTag, toTag));
        row = Pairs.Count - 1;
        return true;
    }

    private int ComparePairs(TextId fromTag, TextId toTag, TextId otherFrom, TextId otherTo)
    {
        var order = Texts.Compare(fromTag, otherFrom);
        return order != 0 ? order : Texts.Compare(toTag, otherTo);
    }

    /// <summary>Of the dialogs that were closed the smallest.</summary>
    private bool AdmitClose(TextId fromTag, uint sinceCSeq, out int row)
    {
        for (row = 0; row < Closes.Count; row++)
            if (Closes[row].FromTag == fromTag && Closes[row].SinceCSeq == sinceCSeq) return true;
        if (Closes.Count >= bounds.Closes)
        {
            Overflow = true;
            var greatest = 0;
            for (var i = 1; i < Closes.Count; i++)
                if (CompareCloses(Closes[i].FromTag, Closes[i].SinceCSeq, Closes[greatest]) > 0) greatest = i;
            if (CompareCloses(fromTag, sinceCSeq, Closes[greatest]) > 0) return false;
            Closes.RemoveAt(greatest);
        }
        Closes.Add(new CloseFact { FromTag = fromTag, SinceCSeq = sinceCSeq, At = Moment.None });
        row = Closes.Count - 1;
        return true;
    }

    private int CompareCloses(TextId fromTag, uint sinceCSeq, in CloseFact other)
    {
        var order = Texts.Compare(fromTag, other.FromTag);
        return order != 0 ? order : sinceCSeq.CompareTo(other.SinceCSeq);
    }
}
