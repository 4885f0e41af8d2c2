using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// A Call as its record (message CallRecord of dialog_store.proto) and back. Texts are stored once and named by number; times are relative to
/// the call's first fact, log times to their SIP time: a confirmed call takes some 300 bytes.
/// </summary>
internal sealed partial class CallCodec
{
    public const int SchemaVersion = 2;

    /// <summary>The most that what was derived of a CSeq takes.</summary>
    private const int NameBytes = 13;

    private readonly WireWriter writer = new();
    private long origin;

    /// <summary>The Call-ID in a record: it stands right behind the schema version, 08 02 12 length.</summary>
    public static ReadOnlySpan<byte> CallIdOf(byte[] record)
    {
        var (start, length) = FindCallId(record);
        return record.AsSpan(start, length);
    }

    public static ReadOnlyMemory<byte> CallIdMemoryOf(byte[] record)
    {
        var (start, length) = FindCallId(record);
        return record.AsMemory(start, length);
    }

    private static (int Start, int Length) FindCallId(byte[] record) =>
        record[3] < 0x80 ? (4, record[3]) : (5, record[3] & 0x7f | record[4] << 7);

    public byte[] Encode(Call call, LogTime nextDeadline)
    {
        Write(call, nextDeadline);
        return writer.Written.ToArray();
    }

    /// <summary>Bytes that the record would have at the most, before its dialogs are derived: without further reports.</summary>
    public int Measure(Call call)
    {
        Write(call, LogTime.Start);
        return writer.Length + call.Invites.Count * NameBytes;
    }

    private void Write(Call call, LogTime nextDeadline)
    {
        origin = call.First.Sip.Micros;
        writer.Clear();
        writer.UInt(1, SchemaVersion);
        writer.Bytes(2, call.CallId);
        WriteTexts(call);
        writer.SInt(4, origin);
        writer.SInt(5, call.First.Log.Micros - origin);
        writer.SInt(6, call.LastNews.Micros - origin);
        writer.SInt(7, nextDeadline == LogTime.Never ? 0 : nextDeadline.Micros - origin);
        writer.UInt(8, call.Overflow ? 1u : 0);
        foreach (ref var row in call.Invites.Span) Write(row);
        foreach (ref var row in call.Branches.Span) Write(row);
        foreach (ref var row in call.Pairs.Span) Write(row);
        foreach (ref var row in call.Acks.Span) Write(row);
        foreach (ref var row in call.Tags.Span) Write(row);
        foreach (ref var row in call.Dropped.Span) Write(row);
        foreach (ref var row in call.Reports.Span) Write(row);
        foreach (ref var row in call.Closes.Span) Write(row);
        foreach (ref var row in call.Answers.Span) Write(row);
    }

    private void Write(in InviteFacts row)
    {
        var start = writer.Begin(9);
        Text(1, row.FromTag);
        writer.UInt(2, row.CSeq);
        Write(3, row.Attempt);
        Write(4, row.Rang);
        Write(5, row.Ringing);
        Write(6, row.Cancelled);
        Write(7, row.Src);
        Write(8, row.Dst);
        Write(9, row.Data);
        writer.UInt(11, row.HasTraffic ? 1u : 0);
        OptionalText(12, row.Inside);
        Text(13, row.AnsweredBy);
        Write(14, row.LaterSrc);
        Write(15, row.LaterDst);
        Write(16, row.LaterData);
        writer.UInt(17, row.Named == row.CSeq ? 0 : row.Named + 1UL);
        writer.UInt(18, row.IsAside ? 1u : 0);
        writer.UInt(19, row.IsTrimmed ? 1u : 0);
        writer.End(start);
    }

    private void Write(in BranchFacts row)
    {
        var start = writer.Begin(10);
        Text(1, row.FromTag);
        writer.UInt(2, row.CSeq);
        Text(3, row.Branch);
        OptionalText(4, row.Parent);
        writer.UInt(6, row.Known ? 1u : 0);
        Write(7, row.Closed);
        writer.UInt(8, row.Status);
        Write(9, row.Cancelled);
        if (row.Known) writer.SInt(10, row.First.Micros - origin);
        writer.End(start);
    }

    private void Write(in PairFacts row)
    {
        var start = writer.Begin(11);
        Text(1, row.FromTag);
        Text(2, row.ToTag);
        Write(5, row.HungUp);
        Write(6, row.Gone);
        Write(7, row.Refreshed);
        writer.UInt(8, row.RefreshCSeq);
        writer.UInt(9, row.SessionExpires);
        writer.End(start);
    }

    private void Write(in AckFact row)
    {
        var start = writer.Begin(12);
        Text(1, row.FromTag);
        Text(2, row.ToTag);
        writer.UInt(3, row.CSeq);
        Text(4, row.Branch);
        Write(5, row.Seen);
        writer.End(start);
    }

    private void Write(in TagFact row)
    {
        var start = writer.Begin(13);
        Text(1, row.Tag);
        writer.UInt(2, (ulong)row.Scope);
        Text(3, row.FromTag);
        writer.UInt(4, row.Number);
        writer.UInt(5, row.Removed ? 1u : 0);
        Write(6, row.At);
        writer.End(start);
    }

    private void Write(in DroppedCSeqs row)
    {
        var start = writer.Begin(14);
        Text(1, row.FromTag);
        Write(2, row.First);
        Write(3, row.Rang);
        writer.End(start);
    }

    private void Write(in CloseFact row)
    {
        var start = writer.Begin(16);
        Text(1, row.FromTag);
        writer.UInt(2, row.SinceCSeq);
        Write(3, row.At);
        Text(4, row.ClosedBy);
        writer.End(start);
    }

    private void Write(in AnswerFact row)
    {
        var start = writer.Begin(17);
        Text(1, row.FromTag);
        Text(2, row.ToTag);
        writer.UInt(3, row.CSeq);
        Write(4, row.At);
        writer.UInt(5, row.SessionExpires);
        writer.End(start);
    }

    private void Write(in Report row)
    {
        var start = writer.Begin(15);
        Text(1, row.FromTag);
        writer.UInt(2, row.SinceCSeq);
        writer.UInt(3, row.UpToCSeq == uint.MaxValue ? 0 : row.UpToCSeq + 1UL);
        writer.UInt(4, row.Sequence);
        writer.UInt(5, (ulong)row.State);
        writer.UInt(6, (ulong)row.Reason);
        writer.UInt(7, row.Status);
        writer.UInt(8, (ulong)row.EndedBy);
        writer.SInt(9, row.At.Micros - origin);
        writer.UInt(10, row.Settled ? 1u : 0);
        writer.UInt(11, row.Revision);
        writer.SInt(12, row.Revision == 0 ? 0 : row.SettledAt.Micros - origin);
        writer.UInt(13, row.Adopted ? 1u : 0);
        writer.End(start);
    }

    private void Write(int field, Moment moment)
    {
        if (!moment.Happened) return;
        var start = writer.Begin(field);
        writer.ZigZag(moment.Sip.Micros - origin);
        writer.ZigZag(moment.Log.Micros - moment.Sip.Micros);
        writer.End(start);
    }

    private void Write(int field, in AttributeFact fact)
    {
        if (fact.Rank == AttributeRank.None) return;
        var start = writer.Begin(field);
        writer.ZigZag(renumbered[fact.Text.Number]);
        writer.ZigZag((long)fact.Rank);
        writer.ZigZag(fact.Vias);
        writer.ZigZag(fact.Time.Micros - origin);
        writer.End(start);
    }
}
