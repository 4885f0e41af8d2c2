namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The CSeqs of one caller, sorted, each with what it is another name of (README.md, "Numbers"). A reused object.</summary>
internal sealed class Numbers
{
    private readonly CSeqNames names = new();
    private readonly Rows<Number> numbers = new();
    private readonly Rows<(bool Any, bool AllLower, uint Highest)> lowers = new();
    private readonly Rows<Sighting> sightings = new();

    /// <summary>What is known of a CSeq under all the names that its branches gave it.</summary>
    private struct Sighting
    {
        public Moment First;
        public TextId AnsweredBy;
        public bool IsAnsweredBefore;
        public uint Answered;
    }

    /// <summary>As <see cref="Rows{T}.Walked"/>.</summary>
    public long Walked => numbers.Walked + sightings.Walked + lowers.Walked;

    public Span<Number> Span => numbers.Span;

    public int Count => numbers.Count;

    public ref Number this[int i] => ref numbers[i];

    /// <summary>Finds the names, notes them in the Call's rows, and gathers what is said of each number.</summary>
    public void Build(Call call, TextId caller, BranchTrees trees, in PairsOf pairs)
    {
        names.Find(call, caller);
        if (names.Count > 1) FindNames(call, caller, trees, pairs);
        Gather(call);
        Survey(call, trees);
    }

    /// <summary>What a CSeq is another name of; itself, as a rule.</summary>
    public uint NameOf(uint cseq) => names.NameOf(cseq);

    /// <summary>As <see cref="CSeqNames.NameOfSince"/>.</summary>
    public uint NameOfSince(uint sinceCSeq) => names.NameOfSince(sinceCSeq);

    /// <summary>The place of a number; false: it is none.</summary>
    public bool TryFind(uint cseq, out int place) => numbers.TryFind(cseq, out place);

    /// <summary>A number, made if it is none yet.</summary>
    public ref Number Get(uint cseq)
    {
        if (!TryFind(cseq, out var place)) numbers.Insert(place, Number.New(cseq));
        return ref numbers[place];
    }

    /// <summary>Notes in the Call's rows which CSeqs are no attempts, with all legs found: their replies tell nothing of a dialog.</summary>
    public void NoteAsides(Call call)
    {
        for (var i = 0; i < names.Count; i++)
        {
            ref var invite = ref call.Invites[names[i].Row];
            invite.IsAside = !TryFind(invite.Named, out var place) || !numbers[place].IsAttempt;
        }
    }

    /// <summary>The CSeq of the highest attempt that is below one; false: there is none.</summary>
    public bool TryFindHighestAttempt(uint below, out uint cseq)
    {
        cseq = 0;
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            if (!numbers[i].IsAttempt || numbers[i].CSeq >= below) continue;
            cseq = numbers[i].CSeq;
            return true;
        }
        return false;
    }

    private void FindNames(Call call, TextId caller, BranchTrees trees, in PairsOf pairs)
    {
        FindLowerBranches(trees);
        for (var i = 0; i < names.Count; i++)
        {
            // What it names is lower, so that has its own name already.
            if (lowers[i] is { Any: true, AllLower: true } lower) call.Invites[names[i].Row].Named = NameOf(lower.Highest);
        }
        FindCallsThemselves(call, caller, pairs);
        for (var i = 0; i < names.Count; i++)
        {
            ref var invite = ref call.Invites[names[i].Row];
            if (invite.Named != invite.CSeq) invite.Named = NameOf(invite.Named);
            else if (sightings[i].IsAnsweredBefore) invite.Named = NameOf(sightings[i].Answered);
        }
    }

    /// <summary>For each CSeq, whether all of its branches belong to lower ones, and the highest of these.</summary>
    private void FindLowerBranches(BranchTrees trees)
    {
        lowers.Clear();
        for (var i = 0; i < names.Count; i++) lowers.Add((false, true, 0));
        var nodes = trees.Nodes;
        foreach (ref var node in nodes)
        {
            if (!node.IsBranch || !names.TryFind(node.CSeq, out var i)) continue;
            var root = nodes[node.Root].CSeq;
            ref var lower = ref lowers[i];
            lower = (true, lower.AllLower && root < node.CSeq, Math.Max(lower.Highest, root));
        }
    }

    /// <summary>
    /// The call itself: an attempt, with the names that its branches gave it, whose 2xx bears a To-tag that answered a lower CSeq while nobody had
    /// hung up: a re-INVITE without To-tag, or a renumbered one whose Vias were missed.
    /// </summary>
    private void FindCallsThemselves(Call call, TextId caller, in PairsOf pairs)
    {
        sightings.Clear();
        for (var i = 0; i < names.Count; i++) sightings.Add(new Sighting { First = Moment.None });
        for (var i = 0; i < names.Count; i++)
        {
            ref var invite = ref call.Invites[names[i].Row];
            if (!names.TryFind(invite.Named, out var place)) continue;
            ref var seen = ref sightings[place];
            if (IsAttempt(call, invite)) Moment.KeepEarliest(ref seen.First, invite.Attempt);
            if (!invite.AnsweredBy.IsEmpty && (seen.AnsweredBy.IsEmpty || call.Texts.Compare(invite.AnsweredBy, seen.AnsweredBy) < 0))
                seen.AnsweredBy = invite.AnsweredBy;
        }
        for (var i = 0; i < sightings.Count; i++)
        {
            ref var seen = ref sightings[i];
            if (!seen.First.Happened || seen.AnsweredBy.IsEmpty || !call.TryFindAnswer(caller, seen.AnsweredBy, out var answer)) continue;
            seen.Answered = NameOf(call.Answers[answer].CSeq);
            seen.IsAnsweredBefore = seen.Answered < names[i].CSeq
                && !HungUpBy(pairs.Outward(seen.AnsweredBy).HungUp, seen.First) && !HungUpBy(pairs.Back(seen.AnsweredBy).HungUp, seen.First);
        }
    }

    /// <summary>Whether a row is an attempt: neither it nor what it names is inside a dialog.</summary>
    private bool IsAttempt(Call call, in InviteFacts invite) =>
        call.IsAttempt(invite)
            && (invite.Named == invite.CSeq || !names.TryFind(invite.Named, out var place) || !call.IsInside(call.Invites[names[place].Row]));

    private static bool HungUpBy(Moment hangUp, Moment attempt) => hangUp.Happened && hangUp.Sip <= attempt.Sip;

    private void Gather(Call call)
    {
        numbers.Clear();
        for (var i = 0; i < names.Count; i++)
        {
            ref var invite = ref call.Invites[names[i].Row];
            ref var number = ref Get(invite.Named);
            if (invite.Attempt.Happened)
            {
                Moment.KeepEarliest(ref number.FirstOfAny, invite.Attempt);
                if (IsAttempt(call, invite))
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
            if (!nodes[i].IsBranch || !TryFind(NameOf(nodes[nodes[i].Root].CSeq), out var place)) continue;
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

    /// <summary>
    /// RFC 3261 16.7, step 6: 6xx first, else the lowest class,
    /// in it 401 407 415 420 484, then the lowest number; equal: the smallest branch.
    /// </summary>
    private static bool IsBetter(Call call, Span<BranchNode> nodes, int node, int best)
    {
        if (best < 0) return true;
        var order = Preference(nodes[node].Status).CompareTo(Preference(nodes[best].Status));
        if (order == 0) order = call.Texts.Compare(nodes[node].Branch, nodes[best].Branch);
        // The same branch under two CSeqs with the same status: which of them had a CANCEL may differ.
        return order != 0 ? order < 0 : nodes[node].CSeq < nodes[best].CSeq;
    }

    private static int Preference(ushort status) => status switch
    {
        >= 600 => status - 1000,
        401 or 407 or 415 or 420 or 484 => 4000 + status - 400,
        _ => status / 100 * 1000 + 100 + status % 100,
    };
}
