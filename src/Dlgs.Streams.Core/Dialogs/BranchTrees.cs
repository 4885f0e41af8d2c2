namespace Dlgs.Streams.Core.Dialogs;

/// <summary>A branch of a caller, with all that closed it.</summary>
internal struct BranchNode
{
    public const int None = -1;

    public uint CSeq;
    public TextId Branch;
    /// <summary>The text of its Via below; <see cref="TextId.None"/>: none.</summary>
    public TextId Parent;
    /// <summary>An INVITE or a reply to one was seen on it.</summary>
    public bool IsKnown;
    /// <summary>A known branch of its CSeq has it as the Via below.</summary>
    public bool IsNamed;
    public SipTime First;
    public bool IsClosed;
    public SipTime Closed;
    /// <summary>0: unknown, only an ACK tells that it was closed.</summary>
    public ushort Status;
    public Moment Cancelled;

    /// <summary>The branch above it: its parent; <see cref="None"/>: it is topmost.</summary>
    public int Above;
    /// <summary>The topmost branch over it; itself, where it is that.</summary>
    public int Root;
    /// <summary>Next of the same name.</summary>
    public int SameName;
    /// <summary>It stands right above a Via that nobody knows.</summary>
    public bool IsAboveUnknown;
    /// <summary>Of a Via that nobody knows: the first branch right above it; of that: the next.</summary>
    public int Members;

    /// <summary>One that only its ACK closed, and another names, is a branch as well (RFC 3261 17.1.1.3: such an ACK has its INVITE's branch).</summary>
    public readonly bool IsBranch => IsKnown || IsClosed;

    public readonly bool IsTopmost => Above < 0;
}

/// <summary>
/// Which branch of a caller came from which (README.md, "Trees"): by Vias, over CSeqs, and by the times where a proxy hid its Vias. Every step
/// is linear in the number of branches, up to one sort. A reused object.
/// </summary>
internal sealed class BranchTrees
{
    private readonly Rows<BranchNode> nodes = new();
    private readonly TextMap byName = new();
    private readonly HiddenTopology hidden = new();
    private int[] visited = [];
    private long namesakes;

    /// <summary>As <see cref="Rows{T}.Walked"/>.</summary>
    public long Walked => nodes.Walked + namesakes;

    public Span<BranchNode> Nodes => nodes.Span;

    public void Build(Call call, TextId caller, Groups branches, Groups acks)
    {
        nodes.Clear();
        byName.Begin(call.Texts.Count);
        for (var row = branches.First(caller); row >= 0; row = branches.Next(row)) Add(call.Branches[row]);
        var rows = nodes.Count;
        for (var i = 0; i < rows; i++)
            if (nodes[i].IsKnown && !nodes[i].Parent.IsNone) Name(nodes[i].CSeq, nodes[i].Parent);
        for (var row = acks.First(caller); row >= 0; row = acks.Next(row)) CloseByAck(call.Acks[row]);
        var parentless = 0;
        for (var i = 0; i < nodes.Count; i++)
            if (nodes[i].IsBranch && !FindParent(i)) parentless++;
        parentless += CutCircles(call);
        if (parentless > 1) hidden.FindParents(call, nodes);
        FindRoots();
    }

    /// <summary>Whether an INVITE was seen on a branch of that CSeq, or names it as its Via below.</summary>
    public bool IsInvites(uint cseq, TextId branch) => TryFind(cseq, branch, out var node) && (nodes[node].IsKnown || nodes[node].IsNamed);

    private void Add(in BranchFacts row)
    {
        nodes.Add(new BranchNode
        {
            CSeq = row.CSeq, Branch = row.Branch, Parent = row.Parent, IsKnown = row.Known,
            First = row.First, IsClosed = row.Closed.Happened, Closed = row.Closed.Sip,
            Status = row.Status, Cancelled = row.Cancelled, Above = BranchNode.None, SameName = FirstOf(row.Branch), Members = BranchNode.None,
        });
        byName.Set(row.Branch, nodes.Count - 1);
    }

    private void Name(uint cseq, TextId branch)
    {
        if (!TryFind(cseq, branch, out var node))
        {
            Add(BranchFacts.New(TextId.None, cseq, branch));
            node = nodes.Count - 1;
        }
        nodes[node].IsNamed = true;
    }

    private void CloseByAck(in AckFact ack)
    {
        if (!TryFind(ack.CSeq, ack.Branch, out var row)) return;
        ref var node = ref nodes[row];
        if (!node.IsKnown && !node.IsNamed) return;
        if (!node.IsKnown && (!node.IsClosed || ack.Seen.Sip < node.First)) node.First = ack.Seen.Sip;
        if (!node.IsClosed || ack.Seen.Sip < node.Closed) node.Closed = ack.Seen.Sip;
        node.IsClosed = true;
    }

    private bool TryFind(uint cseq, TextId branch, out int node)
    {
        for (node = FirstOf(branch); node >= 0 && nodes[node].CSeq != cseq; node = nodes[node].SameName) namesakes++;
        return node >= 0;
    }

    /// <summary>The node of a name that was added last, the first of its chain.</summary>
    private int FirstOf(TextId branch) => byName.TryGet(branch, out var node) ? node : BranchNode.None;

    /// <summary>
    /// The branch that the Via below names, under its own CSeq or the highest lower one: a proxy that answers a challenge itself counts on
    /// (Kamailio's uac_auth), while the caller's number stays. False: none does; then it stands with those above the same unknown Via.
    /// </summary>
    private bool FindParent(int row)
    {
        ref var node = ref nodes[row];
        if (node.Parent.IsNone) return false;
        var (best, named) = (BranchNode.None, BranchNode.None);
        for (var other = FirstOf(node.Parent); other >= 0; other = nodes[other].SameName)
        {
            if (nodes[other].CSeq == node.CSeq) named = other;
            if (nodes[other].CSeq <= node.CSeq && nodes[other].IsBranch && (best < 0 || nodes[other].CSeq > nodes[best].CSeq)) best = other;
        }
        if (best >= 0)
        {
            node.Above = best;
            return true;
        }
        (node.IsAboveUnknown, node.Members, nodes[named].Members) = (true, nodes[named].Members, row);
        return false;
    }

    /// <summary>In a circle (two hops without a branch) the one first seen has no parent; equal: by name. Returns the number of circles.</summary>
    private int CutCircles(Call call)
    {
        if (visited.Length < nodes.Count) visited = new int[nodes.Count * 2];
        var walks = visited.AsSpan(0, nodes.Count);
        walks.Clear();
        var circles = 0;
        for (var start = 0; start < nodes.Count; start++)
        {
            var at = start;
            for (; at >= 0 && walks[at] == 0; at = nodes[at].Above) walks[at] = start + 1;
            if (at < 0 || walks[at] != start + 1) continue;
            var first = at;
            for (var other = nodes[at].Above; other != at; other = nodes[other].Above)
                if (IsFirst(call, nodes[other], nodes[first])) first = other;
            nodes[first].Above = BranchNode.None;
            circles++;
        }
        return circles;
    }

    private static bool IsFirst(Call call, in BranchNode a, in BranchNode b) =>
        a.First < b.First || a.First == b.First && call.Texts.Compare(a.Branch, b.Branch) < 0;

    private void FindRoots()
    {
        foreach (ref var node in nodes.Span) node.Root = BranchNode.None;
        for (var i = 0; i < nodes.Count; i++)
        {
            var root = i;
            while (nodes[root].Above >= 0 && nodes[root].Root < 0) root = nodes[root].Above;
            if (nodes[root].Root >= 0) root = nodes[root].Root;
            for (var at = i; at >= 0 && nodes[at].Root < 0; at = nodes[at].Above) nodes[at].Root = root;
        }
    }
}
