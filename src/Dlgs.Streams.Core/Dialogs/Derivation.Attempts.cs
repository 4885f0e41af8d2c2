namespace Dlgs.Streams.Core.Dialogs;

/// <summary>What becomes of attempts that nobody answered (semantics section 2.3, steps 4 and 5; deadlines of 2.4).</summary>
internal sealed partial class Derivation
{
    private readonly Rows<Node> nodes = new();

    /// <summary>A branch of the attempt that is being surveyed, with all that closed it.</summary>
    private struct Node
    {
        public int Branch;
        public int Parent;
        /// <summary>Index of the branch above it; -1: none, or unknown.</summary>
        public int Above;
        public bool IsClosed;
        public SipTime Closed;
        /// <summary>0: unknown, only an ACK tells that it was closed.</summary>
        public ushort Status;
        public Moment Cancelled;

        public readonly bool IsTopmost => Above < 0;
    }

    private struct Outcome
    {
        public SipTime Time;
        public ushort Status;
        public EndReason Reason;
        public Lifetime Expired;
    }

    private void ConcludeUnanswered(ref DerivedDialog dialog, int firstAttempt)
    {
        var (open, rang) = (false, false);
        Outcome outcome = default;
        var last = new SipTime(long.MinValue);
        for (var i = firstAttempt; i < attempts.Count; i++)
        {
            if (Finish(dialog.FromTag, attempts[i], out outcome))
            {
                if (outcome.Time > last) last = outcome.Time;
                continue;
            }
            open = true;
            rang |= call.Invites[attempts[i].Row].Rang.Happened;
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

    private bool Finish(int caller, Attempt attempt, out Outcome outcome)
    {
        Survey(caller, attempt.CSeq);
        if (IsOver(out var time))
        {
            outcome = BestOutcome(time);
            return true;
        }
        ref var invite = ref call.Invites[attempt.Row];
        if (IsCancelledThroughout())
        {
            outcome = new Outcome { Time = invite.Cancelled.Sip + Lifetimes.Hold, Reason = EndReason.Cancelled };
            return Passed(invite.Cancelled.Log + Lifetimes.Hold);
        }
        var sign = LastSign(caller, invite);
        outcome = new Outcome { Time = sign.Sip + lifetimes.Init, Reason = EndReason.Expired, Expired = Lifetime.Init };
        return Passed(sign.Log + lifetimes.Init);
    }

    /// <summary>What init_lifetime runs from: the attempt, its last 101-199, an ACK that may yet prove an answer.</summary>
    private Moment LastSign(int caller, in InviteFacts invite)
    {
        var sign = invite.Attempt;
        if (invite.Ringing.Happened) Moment.KeepLatest(ref sign, invite.Ringing);
        for (var i = 0; i < call.Acks.Count; i++)
        {
            ref var ack = ref call.Acks[i];
            if (ack.FromTag == caller && ack.CSeq == invite.CSeq && ack.ToTag != 0 && BestWaiting(caller, ack.ToTag) == i) Moment.KeepLatest(ref sign, ack.Seen);
        }
        return sign;
    }

    private int BestWaiting(int caller, int toTag)
    {
        if (HasLeg(toTag)) return -1;
        var (answered, any) = (0u, false);
        for (var i = firstLegOfCaller; i < Legs.Count; i++) (answered, any) = (Math.Max(answered, Legs[i].CSeq), true);
        return BestAnswerAck(caller, toTag, answered, any);
    }

    /// <summary>Collects the branches of {caller, CSeq}: those known, and parents known only by the ACK that closed them.</summary>
    private void Survey(int caller, uint cseq)
    {
        nodes.Clear();
        foreach (ref var branch in call.Branches.Span)
        {
            if (branch.FromTag != caller || branch.CSeq != cseq || !branch.Known) continue;
            nodes.Add(new Node { Branch = branch.Branch, Parent = branch.Parent, IsClosed = branch.Closed.Happened, Closed = branch.Closed.Sip, Status = branch.Status, Cancelled = branch.Cancelled });
        }
        var known = nodes.Count;
        foreach (ref var ack in call.Acks.Span)
        {
            if (ack.FromTag != caller || ack.CSeq != cseq) continue;
            var node = FindNode(ack.Branch, nodes.Count);
            if (node < 0)
            {
                if (!IsParent(ack.Branch, known)) continue;
                var cancel = call.FindBranch(caller, cseq, ack.Branch);
                nodes.Add(new Node { Branch = ack.Branch, Parent = BranchFacts.NoParent, Cancelled = cancel >= 0 ? call.Branches[cancel].Cancelled : Moment.None });
                node = nodes.Count - 1;
            }
            ref var closed = ref nodes[node];
            if (!closed.IsClosed || ack.Seen.Sip < closed.Closed) (closed.IsClosed, closed.Closed) = (true, ack.Seen.Sip);
        }
        foreach (ref var node in nodes.Span) node.Above = node.Parent < 0 ? -1 : FindNode(node.Parent, nodes.Count);
    }

    private int FindNode(int branch, int count)
    {
        for (var i = 0; i < count; i++)
            if (nodes[i].Branch == branch) return i;
        return -1;
    }

    private bool IsParent(int branch, int count)
    {
        for (var i = 0; i < count; i++)
            if (nodes[i].Parent == branch) return true;
        return false;
    }

    private bool IsKnownBranch(int branch) => FindNode(branch, nodes.Count) >= 0 || IsParent(branch, nodes.Count);

    /// <summary>Every branch is shut and a topmost one closed; the time is the latest of the topmost ones.</summary>
    private bool IsOver(out SipTime time)
    {
        time = new SipTime(long.MinValue);
        var topmostClosed = false;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!IsShut(i)) return false;
            if (!nodes[i].IsTopmost) continue;
            topmostClosed = true;
            if (nodes[i].Closed > time) time = nodes[i].Closed;
        }
        return topmostClosed;
    }

    /// <summary>A branch is shut when it, or a branch above it, is closed. Vias of garbage may go in circles, so no more steps than branches.</summary>
    private bool IsShut(int node)
    {
        for (var steps = nodes.Count; node >= 0 && steps > 0; steps--, node = nodes[node].Above)
            if (nodes[node].IsClosed) return true;
        return false;
    }

    private bool IsCancelledThroughout()
    {
        var any = false;
        foreach (ref var node in nodes.Span)
        {
            if (!node.IsTopmost || node.IsClosed) continue;
            if (!node.Cancelled.Happened) return false;
            any = true;
        }
        return any;
    }

    private Outcome BestOutcome(SipTime time)
    {
        var best = BestStatus(topmost: true, except: 0);
        if (best >= 0)
        {
            ref var node = ref nodes[best];
            var cancelled = node.Status == 487 || node.Cancelled.Happened && node.Cancelled.Sip <= node.Closed;
            return new Outcome { Time = time, Status = node.Status, Reason = cancelled ? EndReason.Cancelled : EndReason.Rejected };
        }
        // Only ACKs tell that the topmost branches were closed.
        foreach (ref var node in nodes.Span)
            if (node.IsTopmost && node.Cancelled.Happened && node.Cancelled.Sip <= time) return new Outcome { Time = time, Status = 487, Reason = EndReason.Cancelled };
        var below = BestStatus(topmost: false, except: 487);
        return new Outcome { Time = time, Status = below >= 0 ? nodes[below].Status : (ushort)0, Reason = EndReason.Rejected };
    }

    /// <summary>RFC 3261 16.7, step 6: 6xx first, else the lowest class, in it 401 407 415 420 484, then the lowest number; equal: the smallest branch.</summary>
    private int BestStatus(bool topmost, int except)
    {
        var best = -1;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].IsTopmost != topmost || nodes[i].Status == 0 || nodes[i].Status == except) continue;
            if (best < 0) best = i;
            var order = Preference(nodes[i].Status).CompareTo(Preference(nodes[best].Status));
            if (order < 0 || order == 0 && call.Texts.Compare(nodes[i].Branch, nodes[best].Branch) < 0) best = i;
        }
        return best;
    }

    private static int Preference(ushort status) => status switch
    {
        >= 600 => status - 1000,
        401 or 407 or 415 or 420 or 484 => 4000 + status - 400,
        _ => status / 100 * 1000 + 100 + status % 100,
    };
}
