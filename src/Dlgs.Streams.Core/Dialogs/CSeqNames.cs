namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The CSeqs of one From-tag, sorted, each with what it is another name of. A reused object.</summary>
internal sealed class CSeqNames
{
    private readonly Rows<Name> names = new();
    private readonly Comparison<Name> byCSeq = static (a, b) => a.CSeq.CompareTo(b.CSeq);

    /// <summary>One CSeq, and the row in Invites that it has.</summary>
    internal readonly record struct Name(uint CSeq, int Row) : ICSeqRow;

    private Call call = null!;

    public int Count => names.Count;

    public Name this[int i] => names[i];

    public void Find(Call call, TextId fromTag)
    {
        this.call = call;
        names.Clear();
        var rows = call.Invites.Span;
        for (var row = 0; row < rows.Length; row++)
            if (rows[row].FromTag == fromTag) names.Add(new Name(rows[row].CSeq, row));
        if (names.Count > 1) names.Span.Sort(byCSeq);
    }

    /// <summary>The place of a CSeq; false: it has no row.</summary>
    public bool TryFind(uint cseq, out int place) => names.TryFind(cseq, out place);

    /// <summary>What a CSeq is another name of; itself, as a rule.</summary>
    public uint NameOf(uint cseq) => TryFind(cseq, out var place) ? call.Invites[names[place].Row].Named : cseq;

    /// <summary>The since_cseq that one stands for: "one above the CSeq that was answered", which may have another name.</summary>
    public uint NameOfSince(uint sinceCSeq) => sinceCSeq == 0 ? 0 : NameOf(sinceCSeq - 1) + 1;
}
