using CsCheck;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Records;

/// <summary>Our reader of SipEvent is Google.Protobuf's parse and the rules of the contract, for good bytes and for any other.</summary>
public sealed class SipEventReaderLaws
{
    private static readonly string[] Methods = ["INVITE", "invite", "aCk", "BYE", "CANCEL", "Update", "OPTIONS"];

    private static readonly Gen<string> Word = Gen.OneOf(Gen.Const(""), Gen.String[Gen.Char["abcZ09@:.-ß€"], 0, 12]);

    private static readonly Gen<TagEvent> TagEvents = Gen.Select(Gen.Int[-1, 4], Word, Gen.UInt[0, 5], (operation, tag, since) =>
    {
        var tagEvent = new TagEvent { Operation = (TagEvent.Types.Operation)operation, Tag = tag };
        if (since < 4) tagEvent.SinceCseq = since;
        return tagEvent;
    });

    private static readonly Gen<SipEvent> Events = Gen.Select(
        Gen.Select(Word, Word, Word, Gen.OneOf(Word, Gen.Int[0, 6].Select(i => Methods[i])), (callId, from, to, method) => (callId, from, to, method)),
        Gen.Select(Gen.OneOf(Gen.Const(0u), Gen.UInt[90, 710]), Gen.OneOf(Gen.UInt[0, 3], Gen.UInt),
            Gen.OneOf(Word.Array[0, 3], Word.Array[68, 73], Gen.String[Gen.Char["ab"], 250, 260].Array[0, 3]), Gen.Long,
            (status, cseq, vias, time) => (status, cseq, vias, time)),
        Gen.Select(Word, Word, Word, Gen.Int[0, 7], Gen.OneOf(Word.Array[0, 3], Word.Array[10, 24]), Gen.UInt,
            (proxy, a, b, set, tags, session) => (proxy, a, b, set, tags, session)),
        Gen.Int[0, 9], TagEvents, (who, what, more, kind, tag) =>
        {
            var e = new SipEvent
            {
                CallId = who.callId, FromTag = who.from, ToTag = who.to, Method = who.method, Status = what.status,
                Cseq = what.cseq, TimeUnixUs = what.time, Proxy = more.proxy, FromUri = more.a, ToUri = more.b,
                RequestUri = more.a, SessionExpires = more.session, Reason = more.b,
            };
            e.ViaBranches.AddRange(what.vias);
            e.Tags.AddRange(more.tags);
            if ((more.set & 1) != 0) e.Src = more.a;
            if ((more.set & 2) != 0) e.Dst = more.b;
            if ((more.set & 4) != 0) e.Data = more.proxy;
            if (kind is 0 or 1) e.TagEvent = tag;
            if (kind is 1 or 2) e.Tick = new Tick { Partition = 3 };
            return e;
        });

    /// <summary>A field that the contract does not have, of every wire type, groups and nested ones too.</summary>
    private static readonly Gen<byte[]> Foreign = Gen.OneOf(
        Gen.Select(Gen.Int[1, 40], Gen.ULong, (field, value) =>
            Wire(o => { o.WriteTag(Math.Max(field, 22), WireFormat.WireType.Varint); o.WriteUInt64(value); })),
        Gen.Select(Gen.Int[1, 40], Gen.Byte.Array[0, 9], (field, value) =>
            Wire(o => { o.WriteTag(field, WireFormat.WireType.LengthDelimited); o.WriteBytes(ByteString.CopyFrom(value)); })),
        Gen.Select(Gen.Int[1, 40], Gen.ULong, (field, value) => Wire(o => { o.WriteTag(field, WireFormat.WireType.Fixed64); o.WriteFixed64(value); })),
        Gen.Select(Gen.Int[1, 40], Gen.UInt, (field, value) => Wire(o => { o.WriteTag(field, WireFormat.WireType.Fixed32); o.WriteFixed32(value); })),
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 103], (field, depth) => Wire(o =>
        {
            for (var i = 0; i < depth; i++) o.WriteTag(field, WireFormat.WireType.StartGroup);
            for (var i = 0; i < depth; i++) o.WriteTag(field, WireFormat.WireType.EndGroup);
        })));

    private static readonly Gen<byte[]> Records = Gen.OneOf(
        Events.Select(e => e.ToByteArray()),
        // Two records one behind the other are one message: the last field counts, lists grow, messages merge.
        Gen.Select(Events, Events, (a, b) => a.ToByteArray().Concat(b.ToByteArray()).ToArray()),
        Gen.Select(Foreign, Events, Foreign, (before, e, after) => before.Concat(e.ToByteArray()).Concat(after).ToArray()));

    [Fact]
    public void Reader_says_what_protobuf_says() => Records.Sample(Agrees, iter: 20_000);

    [Fact]
    public void Cut_anywhere_they_still_agree() =>
        Gen.Select(Records, Gen.Double[0, 1]).Sample((record, at) => Agrees(record[..(int)(at * record.Length)]), iter: 20_000);

    [Fact]
    public void With_any_byte_changed_they_still_agree() =>
        Gen.Select(Events.Select(e => e.ToByteArray()), Gen.Select(Gen.Double[0, 0.999], Gen.Byte).Array[1, 3]).Sample((record, changes) =>
        {
            var changed = record.ToArray();
            if (changed.Length == 0) return;
            foreach (var (at, value) in changes) changed[(int)(at * changed.Length)] = value;
            Agrees(changed);
        }, iter: 50_000);

    [Fact]
    public void With_strings_that_are_not_UTF_8_they_still_agree() =>
        Gen.Select(Events.Select(e => e.ToByteArray()), Gen.Byte[0x80, 0xff]).Sample((record, value) =>
        {
            var changed = record.ToArray();
            changed.AsSpan().Replace((byte)'a', value);
            changed.AsSpan().Replace((byte)'Z', value);
            Agrees(changed);
        }, iter: 20_000);

    [Fact]
    public void Call_id_as_sent_is_what_the_producer_hashed() =>
        Gen.Select(Gen.Byte.Array[1, 20], Events).Where((callId, e) => e.TagEvent is not null || e.Tick is null).Sample((callId, sipEvent) =>
        {
            sipEvent.CallId = "";
            var second = Wire(o => { o.WriteTag(1, WireFormat.WireType.LengthDelimited); o.WriteBytes(ByteString.CopyFrom(callId)); });
            byte[] record = [.. sipEvent.ToByteArray(), .. second, .. new SipEvent { Proxy = "p" }.ToByteArray()];
            var reader = new SipEventReader(new FieldLimits());
            reader.Read(record, out _, out var message, out _, out _);
            Assert.Equal(callId, reader.CallIdAsSent(record).ToArray());
            Assert.Equal(reader.IsLatin1, !message.CallId.SequenceEqual(callId));
        });

    [Fact]
    public void Any_bytes_are_read_without_an_exception() => Gen.Byte.Array[0, 60].Sample(bytes => Agrees(bytes), iter: 50_000);

    private static void Agrees(byte[] record)
    {
        var (ours, theirs) = (EventView.ByReader(record), EventView.ByProtobuf(record));
        Assert.True(ours == theirs, $"{Convert.ToHexString(record)}\nours   {ours}\ntheirs {theirs}");
    }

    private static byte[] Wire(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream)) write(output);
        return stream.ToArray();
    }
}
