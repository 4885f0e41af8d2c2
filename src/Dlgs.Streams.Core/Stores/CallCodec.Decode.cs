using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

internal sealed partial class CallCodec
{
    /// <summary>Loads a record into a scratch Call. Fields of a newer schema are skipped. Throws <see cref="InvalidDataException"/>.</summary>
    public static void Decode(byte[] record, Call call, out LogTime nextDeadline)
    {
        call.Clear();
        // Where CallIdOf looks for the Call-ID without decoding; records come from a topic, so it is checked once here.
        if (record.Length < 5 || record[0] != 0x08 || record[2] != 0x12)
            throw new InvalidDataException("The record of a call does not begin with its schema version and Call-ID.");
        var reader = new WireReader(record);
        long origin = 0, firstLag = 0, lastNews = 0, deadline = 0;
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: CheckVersion(reader.Varint()); break;
                case 2: call.CallId = reader.Bytes(); break;
                case 3: call.Texts.Append(reader.Bytes()); break;
                case 4: origin = reader.ZigZag(); break;
                case 5: firstLag = reader.ZigZag(); break;
                case 6: lastNews = reader.ZigZag(); break;
                case 7: deadline = reader.ZigZag(); break;
                case 8: call.Overflow = reader.Varint() != 0; break;
                case 9: ReadInvite(reader.Bytes(), call, origin); break;
                case 10: ReadBranch(reader.Bytes(), call, origin); break;
                case 11: ReadPair(reader.Bytes(), call, origin); break;
                case 12: ReadAck(reader.Bytes(), call, origin); break;
                case 13: ReadTag(reader.Bytes(), call, origin); break;
                case 14: ReadDropped(reader.Bytes(), call, origin); break;
                case 15: ReadReport(reader.Bytes(), call, origin); break;
                case 16: ReadClose(reader.Bytes(), call, origin); break;
                case 17: ReadAnswer(reader.Bytes(), call, origin); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.First = new Moment(new SipTime(origin), new LogTime(origin + firstLag));
        call.LastNews = new LogTime(origin + lastNews);
        nextDeadline = deadline == 0 ? LogTime.Never : new LogTime(origin + deadline);
    }

    private static void CheckVersion(ulong version)
    {
        if (version != SchemaVersion) throw new InvalidDataException($"The record of a call has schema version {version}; this program knows {SchemaVersion}.");
    }

    private static TextId Text(Call call, ulong text) =>
        text < (ulong)call.Texts.Count ? new TextId((int)text) : throw new InvalidDataException("The record of a call names a text that it does not have.");

    private static void ReadInvite(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = InviteFacts.New(TextId.Empty, cseq: 0);
        ulong named = 0;
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.CSeq = (uint)reader.Varint(); break;
                case 3: row.Attempt = ReadMoment(reader.Bytes(), origin); break;
                case 4: row.Rang = ReadMoment(reader.Bytes(), origin); break;
                case 5: row.Ringing = ReadMoment(reader.Bytes(), origin); break;
                case 6: row.Cancelled = ReadMoment(reader.Bytes(), origin); break;
                case 7: row.Src = ReadAttribute(reader.Bytes(), call, origin); break;
                case 8: row.Dst = ReadAttribute(reader.Bytes(), call, origin); break;
                case 9: row.Data = ReadAttribute(reader.Bytes(), call, origin); break;
                case 11: row.HasTraffic = reader.Varint() != 0; break;
                case 12: row.Inside = Text(call, reader.Varint() - 1); break;
                case 13: row.AnsweredBy = Text(call, reader.Varint()); break;
                case 14: row.LaterSrc = ReadAttribute(reader.Bytes(), call, origin); break;
                case 15: row.LaterDst = ReadAttribute(reader.Bytes(), call, origin); break;
                case 16: row.LaterData = ReadAttribute(reader.Bytes(), call, origin); break;
                case 17: named = reader.Varint(); break;
                case 18: row.IsAside = reader.Varint() != 0; break;
                case 19: row.IsTrimmed = reader.Varint() != 0; break;
                default: reader.Skip(wireType); break;
            }
        }
        row.Named = named == 0 ? row.CSeq : (uint)(named - 1);
        call.Invites.Add(row);
    }

    private static void ReadBranch(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = BranchFacts.New(TextId.Empty, cseq: 0, TextId.Empty) with { First = new SipTime(origin) };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.CSeq = (uint)reader.Varint(); break;
                case 3: row.Branch = Text(call, reader.Varint()); break;
                case 4: row.Parent = Text(call, reader.Varint() - 1); break;
                case 6: row.Known = reader.Varint() != 0; break;
                case 7: row.Closed = ReadMoment(reader.Bytes(), origin); break;
                case 8: row.Status = (ushort)reader.Varint(); break;
                case 9: row.Cancelled = ReadMoment(reader.Bytes(), origin); break;
                case 10: row.First = new SipTime(origin + reader.ZigZag()); break;
                default: reader.Skip(wireType); break;
            }
        }
        if (!row.Known) row.First = default;
        call.Branches.Add(row);
    }

    private static void ReadPair(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = PairFacts.New(TextId.Empty, TextId.Empty);
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.ToTag = Text(call, reader.Varint()); break;
                case 5: row.HungUp = ReadMoment(reader.Bytes(), origin); break;
                case 6: row.Gone = ReadMoment(reader.Bytes(), origin); break;
                case 7: row.Refreshed = ReadMoment(reader.Bytes(), origin); break;
                case 8: row.RefreshCSeq = (uint)reader.Varint(); break;
                case 9: row.SessionExpires = (uint)reader.Varint(); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Pairs.Add(row);
    }

    private static Moment ReadMoment(ReadOnlySpan<byte> bytes, long origin)
    {
        var reader = new WireReader(bytes);
        var sip = origin + reader.ZigZag();
        return new Moment(new SipTime(sip), new LogTime(sip + reader.ZigZag()));
    }

    private static AttributeFact ReadAttribute(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        return new AttributeFact
        {
            Text = Text(call, (ulong)reader.ZigZag()),
            Rank = (AttributeRank)reader.ZigZag(),
            Vias = (byte)reader.ZigZag(),
            Time = new SipTime(origin + reader.ZigZag()),
        };
    }
}
