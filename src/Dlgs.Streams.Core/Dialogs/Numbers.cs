namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// What is known of one CSeq of a caller and of its other names: what is said of a name is said of what it names. A branch's closing and
/// CANCEL stay with its own CSeq (a CANCEL is of one transaction, RFC 3261 9.1).
/// </summary>
internal struct Number
{
    public uint CSeq;
    /// <summary>It counts as an attempt.</summary>
    public bool IsAttempt;
    /// <summary>First sighting of the attempt.</summary>
    public Moment First;
    /// <summary>As First, where it turned out to be a re-INVITE as well.</summary>
    public Moment FirstOfAny;
    public Moment Rang;
    public Moment Ringing;
    public Moment Cancelled;
    /// <summary>Last ACK that may yet prove an answer.</summary>
    public Moment Waiting;

    // Its topmost branches.
    public int Topmost;
    public int OpenTopmost;
    public bool IsOpenCancelled;
    public SipTime LastClosed;
    /// <summary>The topmost branch of the best status; -1: only ACKs tell, if anything.</summary>
    public int Best;
    /// <summary>A topmost branch was cancelled by its own closing.</summary>
    public bool WasCancelled;
    /// <summary>The branch further down of the best status other than 487; -1: none.</summary>
    public int BestBelow;

    /// <summary>All its topmost branches are closed.</summary>
    public readonly bool IsOver => Topmost > 0 && OpenTopmost == 0;

    public static Number New(uint cseq) => new()
    {
        CSeq = cseq, First = Moment.None, FirstOfAny = Moment.None, Rang = Moment.None, Ringing = Moment.None, Cancelled = Moment.None, Waiting = Moment.None,
        IsOpenCancelled = true, LastClosed = new SipTime(long.MinValue), Best = BranchNode.None, BestBelow = BranchNode.None,
    };
}

/// <summary>The CSeqs of one caller, sorted, each with what it is another name of (README.md, "Numbers"). A reused object.</summary>
internal sealed class Numbers
{
    private readonly CSeqNames names = new();
    private readonly Rows<Number> numbers = new();
    private readonly Rows<(bool Any, bool AllLower, uint Highest)> branches = new();

    public Span<Number> Span => numbers.Span;

    public int Count => numbers.Count;

    public ref Number this[int i] => ref numbers[i];

    /// <summary>Finds the names, notes them in the Call's rows, and gathers what is said of each number.</summary>
    public void Build(Call call, int caller, BranchTrees trees, in PairsOf pairs)
    {
        names.Find(call, caller);
        if (names.Span.Length > 1) FindNames(call, caller, trees, pairs);
        Gather(call);
        Survey(call, trees);
    }

    /// <summary>What a CSeq is another name of; itself, as a rule.</summary>
    public uint NameOf(uint cseq) => names.NameOf(cseq);

    /// <summary>The place of a number; where it would stand, as its complement, if it is none.</summary>
    public int Find(uint cseq)
    {
        var (low, high) = (0, numbers.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (numbers[middle].CSeq == cseq) return middle;
            if (numbers[middle].CSeq < cseq) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    /// <summary>A number, made if it is none yet.</summary>
    public ref Number Get(uint cseq)
    {
        var place = Find(cseq);
        if (place < 0) numbers.Insert(place = ~place, Number.New(cseq));
        return ref numbers[place];
    }

    /// <summary>The highest attempt below a CSeq; -1: none.</summary>
    public int HighestAttempt(uint below = uint.MaxValue)
    {
        for (var i = numbers.Count - 1; i >= 0; i--)
            if (numbers[i].IsAttempt && numbers[i].CSeq < below) return i;
        return -1;
    }

    private void FindNames(Call call, int caller, BranchTrees trees, in PairsOf pairs)
    {
        FindLowerBranches(trees);
        for (var i = 0; i < names.Span.Length; i++)
        {
            ref var invite = ref call.Invites[names.Span[i].Row];
            // What it names is lower, so that has its own name already.
            if (branches[i] is { Any: true, AllLower: true } lower) invite.Named = NameOf(lower.Highest);
            else if (IsAnsweredBefore(call, caller, invite, pairs, out var answered)) invite.Named = NameOf(answered);
        }
    }

    /// <summary>For each CSeq, whether all of its branches belong to lower ones, and the highest of these.</summary>
    private void FindLowerBranches(BranchTrees trees)
    {
        branches.Clear();
        for (var i = 0; i < names.Span.Length; i++) branches.Add((false, true, 0));
        foreach (ref var node in trees.Nodes)
        {
            if (!node.IsBranch || names.Place(node.CSeq) is not (>= 0 and var i)) continue;
            var root = trees.Nodes[node.Root].CSeq;
            ref var lower = ref branches[i];
            lower = (true, lower.AllLower && root < node.CSeq, Math.Max(lower.Highest, root));
        }
    }

    /// <summary>
    /// The call itself: an attempt whose 2xx bears a To-tag that answered a lower CSeq, while nobody had hung up: a re-INVITE without To-tag, or a
    /// renumbered one whose Vias were missed.
    /// </summary>
    private static bool IsAnsweredBefore(Call call, int caller, in InviteFacts invite, in PairsOf pairs, out uint answered)
    {
        answered = 0;
        if (invite.AnsweredBy == 0 || !call.IsAttempt(invite)) return false;
        var answer = call.FindAnswer(caller, invite.AnsweredBy);
        if (answer < 0 || call.Answers[answer].CSeq >= invite.CSeq) return false;
        answered = call.Answers[answer].CSeq;
        return !HungUpBy(pairs.HungUp(invite.AnsweredBy), invite.Attempt) && !HungUpBy(pairs.WasHungUp(invite.AnsweredBy), invite.Attempt);
    }

    private static bool HungUpBy(Moment hangUp, Moment attempt) => hangUp.Happened && hangUp.Sip <= attempt.Sip;

    private void Gather(Call call)
    {
        numbers.Clear();
        foreach (var name in names.Span)
        {
            ref var invite = ref call.Invites[name.Row];
            ref var number = ref Get(invite.Named);
            if (invite.Attempt.Happened)
            {
                Moment.KeepEarliest(ref number.FirstOfAny, invite.Attempt);
                if (!call.IsInside(invite))
                {
                    number.IsAttempt = true;
                    Moment.KeepEarliest(ref number.First, invite.Attempt);
                }
            }
            if (invite.Rang.Happened) Moment.KeepEarliest(ref number.Rang, invite.Rang);
            if (invite.Ringing.Happened) Moment.KeepLatest(ref number.Ringing, invite.Ringing);
            if (invite.Cancelled.Happened) Moment.KeepLatest(ref number.Cancelled, invite.Cancelled);
        }
    }

    /// <summary>A branch belongs to the attempt with the CSeq of its topmost branch.</summary>
    private void Survey(Call call, BranchTrees trees)
    {
        var nodes = trees.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (!nodes[i].IsBranch || Find(nodes[nodes[i].Root].CSeq) is not (>= 0 and var place)) continue;
            ref var number = ref numbers[place];
            if (!nodes[i].IsTopmost)
            {
                if (nodes[i].Status is not (0 or 487) && IsBetter(call, nodes, i, number.BestBelow)) number.BestBelow = i;
                continue;
            }
            number.Topmost++;
            if (!nodes[i].IsClosed)
            {
                number.OpenTopmost++;
                number.IsOpenCancelled &= nodes[i].Cancelled.Happened;
                continue;
            }
            if (nodes[i].Closed > number.LastClosed) number.LastClosed = nodes[i].Closed;
            number.WasCancelled |= nodes[i].Cancelled.Happened && nodes[i].Cancelled.Sip <= nodes[i].Closed;
            if (nodes[i].Status != 0 && IsBetter(call, nodes, i, number.Best)) number.Best = i;
        }
    }

    /// <summary>RFC 3261 16.7, step 6: 6xx first, else the lowest class, in it 401 407 415 420 484, then the lowest number; equal: the smallest branch.</summary>
    private static bool IsBetter(Call call, Span<BranchNode> nodes, int node, int best)
    {
        if (best < 0) return true;
        var order = Preference(nodes[node].Status).CompareTo(Preference(nodes[best].Status));
        if (order == 0) order = call.Texts.Compare(nodes[node].Branch, nodes[best].Branch);
        // The same name under two CSeqs: the lower.
        return order != 0 ? order < 0 : nodes[node].CSeq < nodes[best].CSeq;
    }

    private static int Preference(ushort status) => status switch
    {
        >= 600 => status - 1000,
        401 or 407 or 415 or 420 or 484 => 4000 + status - 400,
        _ => status / 100 * 1000 + 100 + status % 100,
    };
}
