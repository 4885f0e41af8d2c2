namespace Dlgs.Streams.Core.Dialogs;

/// <summary>A row that is of one CSeq.</summary>
internal interface ICSeqRow
{
    uint CSeq { get; }
}

/// <summary>Rows that are sorted by CSeq, each CSeq once.</summary>
internal static class CSeqRows
{
    /// <summary>The place of a CSeq; false: it is not there, and would stand at that place.</summary>
    public static bool TryFind<T>(this Rows<T> rows, uint cseq, out int place) where T : struct, ICSeqRow
    {
        place = 0;
        for (var end = rows.Count; place < end;)
        {
            var middle = (place + end) >>> 1;
            if (rows[middle].CSeq == cseq)
            {
                place = middle;
                return true;
            }
            if (rows[middle].CSeq < cseq) place = middle + 1;
            else end = middle;
        }
        return false;
    }
}
