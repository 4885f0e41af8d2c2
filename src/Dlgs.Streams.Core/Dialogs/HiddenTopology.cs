namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Proxies that hide topology cut or mask the Vias (topos, topoh): their inner branches look topmost. Of the branches of a CSeq without a
/// parent, each that came while an earlier one was open is taken for its child (README.md, "Trees"). One that came after the first was closed
/// stays topmost: a client that fails over (RFC 3263 4.3). A reused object.
/// </summary>
internal sealed class HiddenTopology
{
    private readonly Rows<Sighting> sightings = new();
    private readonly Queue<int> open = new();
    private readonly Comparison<Sighting> order;
    private Call call = null!;

    /// <summary>One branch without a parent; or a Via that nobody knows, in place of the branches right above it.</summary>
    private struct Sighting
    {
        public uint CSeq;
        public SipTime First;
        public TextId Name;
        public int Node;
        public bool IsUnknownVia;
    }

    public HiddenTopology() => order = Compare;

    public void FindParents(Call call, Rows<BranchNode> nodes)
    {
        this.call = call;
        Collect(nodes);
        sightings.Span.Sort(order);
        for (var i = 0; i < sightings.Count; i++)
        {
            ref var seen = ref sightings[i];
            if (i == 0 || sightings[i - 1].CSeq != seen.CSeq) open.Clear();
            // In order of time: what was closed before this one was closed before all that follow.
            while (open.TryPeek(out var earliest) && nodes[earliest].IsClosed && nodes[earliest].Closed < seen.First) open.Dequeue();
            if (open.TryPeek(out var parent)) SetParent(nodes, seen, parent);
            else if (!seen.IsUnknownVia) open.Enqueue(seen.Node);
        }
    }

    private void Collect(Rows<BranchNode> nodes)
    {
        sightings.Clear();
        for (var i = 0; i < nodes.Count; i++)
        {
            ref var node = ref nodes[i];
            if (node.IsBranch)
            {
                if (node.IsTopmost && !node.IsAboveUnknown) sightings.Add(new Sighting { CSeq = node.CSeq, First = node.First, Name = node.Branch, Node = i });
            }
            else if (node.Members >= 0)
            {
                sightings.Add(new Sighting { CSeq = node.CSeq, First = FirstOfMembers(nodes, node), Name = node.Branch, Node = i, IsUnknownVia = true });
            }
        }
    }

    private static SipTime FirstOfMembers(Rows<BranchNode> nodes, in BranchNode via)
    {
        var first = nodes[via.Members].First;
        for (var member = nodes[via.Members].Members; member >= 0; member = nodes[member].Members)
            if (nodes[member].First < first) first = nodes[member].First;
        return first;
    }

    private static void SetParent(Rows<BranchNode> nodes, in Sighting seen, int parent)
    {
        if (!seen.IsUnknownVia) nodes[seen.Node].Above = parent;
        else
            for (var member = nodes[seen.Node].Members; member >= 0; member = nodes[member].Members) nodes[member].Above = parent;
    }

    private int Compare(Sighting a, Sighting b)
    {
        var by = a.CSeq.CompareTo(b.CSeq);
        if (by == 0) by = a.First.CompareTo(b.First);
        return by != 0 ? by : call.Texts.Compare(a.Name, b.Name);
    }
}
