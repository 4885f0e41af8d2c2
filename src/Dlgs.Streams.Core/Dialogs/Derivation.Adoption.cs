namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// A live call whose start was missed (README.md, "Adoption"): where a 2xx and its ACK are known and neither tag is a caller, the 2xx's
/// From-tag is taken for one, hold time after the call's first fact.
/// </summary>
internal sealed partial class Derivation
{
    private readonly Rows<int> adoptable = new();
    private readonly TextMap answerTo = new();

    private void Adopt()
    {
        FindAdoptable();
        while (TryFindNextAdopted(out var answer))
        {
            if (!Passed(call.First.Log + Lifetimes.Hold)) return;
            callers.Add(new Caller(call.Answers[answer].FromTag, Adopted: true));
        }
    }

    /// <summary>The answers between two who are no callers, each with an ACK of its CSeq and tags.</summary>
    private void FindAdoptable()
    {
        adoptable.Clear();
        for (var i = 0; i < call.Answers.Count; i++)
        {
            var from = call.Answers[i].FromTag;
            if (IsCaller(from) || !IsFirstAnswerOf(i, from)) continue;
            answerTo.Begin(call.Texts.Count);
            for (var j = i; j < call.Answers.Count; j++)
                if (call.Answers[j].FromTag == from && !call.Answers[j].ToTag.IsEmpty && !IsCaller(call.Answers[j].ToTag))
                    answerTo.Set(call.Answers[j].ToTag, j);
            for (var row = acksOf.First(from); row >= 0; row = acksOf.Next(row))
            {
                ref var ack = ref call.Acks[row];
                if (!answerTo.TryGet(ack.ToTag, out var answer) || call.Answers[answer].CSeq != ack.CSeq) continue;
                adoptable.Add(answer);
                answerTo.Remove(ack.ToTag);
            }
        }
    }

    private bool IsFirstAnswerOf(int row, TextId from)
    {
        for (var i = 0; i < row; i++)
            if (call.Answers[i].FromTag == from) return false;
        return true;
    }

    /// <summary>In order of the 2xx: time, CSeq, tags. Adopting one never makes an earlier one eligible, so the first eligible is always the next.</summary>
    private bool TryFindNextAdopted(out int best)
    {
        best = -1;
        foreach (var i in adoptable.Span)
        {
            ref var answer = ref call.Answers[i];
            if (!IsCaller(answer.FromTag) && !IsCaller(answer.ToTag) && (best < 0 || ComesBefore(answer, call.Answers[best]))) best = i;
        }
        return best >= 0;
    }

    private bool ComesBefore(in AnswerFact a, in AnswerFact b)
    {
        var order = a.At.Sip.CompareTo(b.At.Sip);
        if (order == 0) order = a.CSeq.CompareTo(b.CSeq);
        if (order == 0) order = call.Texts.Compare(a.FromTag, b.FromTag);
        return (order != 0 ? order : call.Texts.Compare(a.ToTag, b.ToTag)) < 0;
    }
}
