namespace Dlgs.Streams.Core.Dialogs;

/// <summary>What becomes of attempts that nobody answered (README.md, "Without legs" and "Lifetimes").</summary>
internal sealed partial class Derivation
{
    private struct Outcome
    {
        public SipTime Time;
        public ushort Status;
        public EndReason Reason;
        public Lifetime Expired;
    }

    private void ConcludeUnanswered(ref DerivedDialog dialog, int first)
    {
        var (open, rang) = (false, false);
        Outcome outcome = default;
        var last = new SipTime(long.MinValue);
        for (var i = first; i < numbers.Count; i++)
        {
            ref var number = ref numbers[i];
            if (!number.IsAttempt) continue;
            if (Finish(number, out outcome))
            {
                if (outcome.Time > last) last = outcome.Time;
                continue;
            }
            open = true;
            rang |= number.Rang.Happened;
        }
        var close = FindClose(dialog);
        if (close.At.Happened && (open || last >= close.At.Sip) && !IsTriedAfter(close.At.Sip, first))
        {
            (dialog.State, dialog.Reason, dialog.Finish, dialog.ClosedBy) = (DialogState.NotAnswered, EndReason.Closed, close.At.Sip, close.ClosedBy);
            return;
        }
        if (open)
        {
            dialog.State = rang ? DialogState.Progress : DialogState.Init;
            return;
        }
        // The last outcome is that of the highest CSeq.
        (dialog.State, dialog.Reason, dialog.Status, dialog.Expired) = (DialogState.NotAnswered, outcome.Reason, outcome.Status, outcome.Expired);
        dialog.Finish = last;
    }

    /// <summary>Whether an attempt rings, or is made, after an operator's close: evidence beats it.</summary>
    private bool IsTriedAfter(SipTime close, int first)
    {
        for (var i = first; i < numbers.Count; i++)
            if (numbers[i].IsAttempt && (IsAfter(numbers[i].First) || IsAfter(numbers[i].Rang) || IsAfter(numbers[i].Ringing))) return true;
        return false;

        bool IsAfter(Moment moment) => moment.Happened && moment.Sip > close;
    }

    private bool Finish(in Number number, out Outcome outcome)
    {
        if (number.IsOver)
        {
            outcome = BestOutcome(number);
            return true;
        }
        if (number.OpenTopmost > 0 && number.IsOpenCancelled)
        {
            var cancelled = number.Cancelled;
            if (number.Waiting.Happened) Moment.KeepLatest(ref cancelled, number.Waiting);
            outcome = new Outcome { Time = cancelled.Sip + Lifetimes.Hold, Reason = EndReason.Cancelled };
            return Passed(cancelled.Log + Lifetimes.Hold);
        }
        // A phone that rings sends 101-199 again and again; a queue may play music for minutes (Timer C, RFC 3261 16.6).
        var sign = number.First;
        if (number.Ringing.Happened) Moment.KeepLatest(ref sign, number.Ringing);
        if (number.Waiting.Happened) Moment.KeepLatest(ref sign, number.Waiting);
        outcome = new Outcome { Time = sign.Sip + lifetimes.Init, Reason = EndReason.Expired, Expired = Lifetime.Init };
        return Passed(sign.Log + lifetimes.Init);
    }

    private Outcome BestOutcome(in Number number)
    {
        var time = number.LastClosed;
        if (number.Best >= 0)
        {
            ref var best = ref trees.Nodes[number.Best];
            var cancelled = best.Status == 487 || best.Cancelled.Happened && best.Cancelled.Sip <= best.Closed;
            return new Outcome { Time = time, Status = best.Status, Reason = cancelled ? EndReason.Cancelled : EndReason.Rejected };
        }
        // Only ACKs tell that the topmost branches were closed.
        if (number.WasCancelled) return new Outcome { Time = time, Status = 487, Reason = EndReason.Cancelled };
        return new Outcome { Time = time, Status = number.BestBelow >= 0 ? trees.Nodes[number.BestBelow].Status : (ushort)0, Reason = EndReason.Rejected };
    }
}
