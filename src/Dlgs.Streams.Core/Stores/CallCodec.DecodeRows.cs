using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>The rows of a record that most Calls have few of.</summary>
internal sealed partial class CallCodec
{
    private static void ReadAck(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new AckFact { Seen = Moment.None };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.ToTag = Text(call, reader.Varint()); break;
                case 3: row.CSeq = (uint)reader.Varint(); break;
                case 4: row.Branch = Text(call, reader.Varint()); break;
                case 5: row.Seen = ReadMoment(reader.Bytes(), origin); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Acks.Add(row);
    }

    private static void ReadTag(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new TagFact { At = Moment.None };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.Tag = Text(call, reader.Varint()); break;
                case 2: row.Scope = (TagScope)reader.Varint(); break;
                case 3: row.FromTag = Text(call, reader.Varint()); break;
                case 4: row.Number = (uint)reader.Varint(); break;
                case 5: row.Removed = reader.Varint() != 0; break;
                case 6: row.At = ReadMoment(reader.Bytes(), origin); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Tags.Add(row);
    }

    private static void ReadDropped(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new DroppedCSeqs { First = Moment.None, Rang = Moment.None };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.First = ReadMoment(reader.Bytes(), origin); break;
                case 3: row.Rang = ReadMoment(reader.Bytes(), origin); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Dropped.Add(row);
    }

    private static void ReadClose(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new CloseFact { At = Moment.None };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.SinceCSeq = (uint)reader.Varint(); break;
                case 3: row.At = ReadMoment(reader.Bytes(), origin); break;
                case 4: row.ClosedBy = Text(call, reader.Varint()); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Closes.Add(row);
    }

    private static void ReadAnswer(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new AnswerFact { At = Moment.None };
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.ToTag = Text(call, reader.Varint()); break;
                case 3: row.CSeq = (uint)reader.Varint(); break;
                case 4: row.At = ReadMoment(reader.Bytes(), origin); break;
                case 5: row.SessionExpires = (uint)reader.Varint(); break;
                default: reader.Skip(wireType); break;
            }
        }
        call.Answers.Add(row);
    }

    private static void ReadReport(ReadOnlySpan<byte> bytes, Call call, long origin)
    {
        var reader = new WireReader(bytes);
        var row = new Report { UpToCSeq = uint.MaxValue, At = new LogTime(origin) };
        long settledAt = 0;
        while (!reader.IsAtEnd)
        {
            switch (reader.Field(out var wireType))
            {
                case 1: row.FromTag = Text(call, reader.Varint()); break;
                case 2: row.SinceCSeq = (uint)reader.Varint(); break;
                case 3: row.UpToCSeq = (uint)(reader.Varint() - 1); break;
                case 4: row.Sequence = (uint)reader.Varint(); break;
                case 5: row.State = (DialogState)reader.Varint(); break;
                case 6: row.Reason = (EndReason)reader.Varint(); break;
                case 7: row.Status = (ushort)reader.Varint(); break;
                case 8: row.EndedBy = (Party)reader.Varint(); break;
                case 9: row.At = new LogTime(origin + reader.ZigZag()); break;
                case 10: row.Settled = reader.Varint() != 0; break;
                case 11: row.Revision = (uint)reader.Varint(); break;
                case 12: settledAt = reader.ZigZag(); break;
                case 13: row.Adopted = reader.Varint() != 0; break;
                default: reader.Skip(wireType); break;
            }
        }
        if (row.Revision > 0) row.SettledAt = new LogTime(origin + settledAt);
        call.Reports.Add(row);
    }
}
