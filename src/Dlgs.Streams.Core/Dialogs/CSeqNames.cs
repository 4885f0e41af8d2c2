namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The CSeqs of one From-tag, sorted, each with what it is another name of. A reused object.</summary>
internal sealed class CSeqNames
{
    private readonly Rows<Name> names = new();
    private readonly Comparison<Name> byCSeq = static (a, b) => a.CSeq.CompareTo(b.CSeq);

    /// <summary>One CSeq, and the row in Invites that it has.</summary>
    internal readonly record struct Name(uint CSeq, int Row);

    private Call call = null!;

    public int Count => names.Count;

    public Name this[int i] => names[i];

    public void Find(Call call, int fromTag)
    {
        this.call = call;
        names.Clear();
        var rows = call.Invites.Span;
        for (var row = 0; row < rows.Length; row++)
            if (rows[row].FromTag == fromTag) names.Add(new Name(rows[row].CSeq, row));
        if (names.Count > 1) names.Span.Sort(byCSeq);
    }

    /// <summary>The place of a CSeq; -1: it has no row.</summary>
    public int Place(uint cseq)
    {
        var (low, high) = (0, names.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (names[middle].CSeq == cseq) return middle;
            if (names[middle].CSeq < cseq) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>What a CSeq is another name of; itself, as a rule.</summary>
    public uint NameOf(uint cseq) => Place(cseq) is >= 0 and var place ? call.Invites[names[place].Row].Named : cseq;
}
