using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Records;

/// <summary>What is refused by name, what is cut, and what newer producers may send.</summary>
public sealed class SipEventReaderLimits
{
    private static readonly Dictionary<string, (Action<SipEvent> Spoil, EventFailure Failure)> Cases = new()
    {
        ["complete"] = (_ => { }, EventFailure.None),
        ["no Call-ID"] = (e => e.CallId = "", EventFailure.NoCallId),
        ["no method"] = (e => e.Method = "", EventFailure.NoMethod),
        ["status 99"] = (e => e.Status = 99, EventFailure.StatusOutOfRange),
        ["status 100"] = (e => e.Status = 100, EventFailure.None),
        ["status 699"] = (e => e.Status = 699, EventFailure.None),
        ["status 700"] = (e => e.Status = 700, EventFailure.StatusOutOfRange),
        ["status 2^32-1"] = (e => e.Status = uint.MaxValue, EventFailure.StatusOutOfRange),
        ["CSeq 2^31-1"] = (e => e.Cseq = int.MaxValue, EventFailure.None),
        ["CSeq 2^31"] = (e => e.Cseq = 1u << 31, EventFailure.CSeqOutOfRange),
        ["Call-ID of 256 bytes"] = (e => e.CallId = new string('c', 256), EventFailure.None),
        ["Call-ID of 257 bytes"] = (e => e.CallId = new string('c', 257), EventFailure.FieldTooLong),
        ["From-tag of 128 bytes"] = (e => e.FromTag = new string('f', 128), EventFailure.None),
        ["From-tag of 129 bytes"] = (e => e.FromTag = new string('f', 129), EventFailure.FieldTooLong),
        ["To-tag of 129 bytes"] = (e => e.ToTag = new string('t', 129), EventFailure.FieldTooLong),
        ["To-tag of 65 characters, 130 bytes"] = (e => e.ToTag = new string('ß', 65), EventFailure.FieldTooLong),
        ["From URI of 1024 bytes"] = (e => e.FromUri = new string('u', 1024), EventFailure.None),
        ["From URI of 1025 bytes"] = (e => e.FromUri = new string('u', 1025), EventFailure.FieldTooLong),
        ["To URI of 1025 bytes"] = (e => e.ToUri = new string('u', 1025), EventFailure.FieldTooLong),
        ["Request-URI of 1025 bytes"] = (e => e.RequestUri = new string('u', 1025), EventFailure.FieldTooLong),
        ["src of 1025 bytes"] = (e => e.Src = new string('s', 1025), EventFailure.FieldTooLong),
        ["dst of 1025 bytes"] = (e => e.Dst = new string('s', 1025), EventFailure.FieldTooLong),
        ["data of 1025 bytes"] = (e => e.Data = new string('s', 1025), EventFailure.FieldTooLong),
        ["Reason of 1025 bytes"] = (e => e.Reason = new string('r', 1025), EventFailure.FieldTooLong),
        ["proxy of 1025 bytes"] = (e => e.Proxy = new string('p', 1025), EventFailure.FieldTooLong),
        ["operator's tag of 129 bytes"] = (e => e.Tags.Add(new string('t', 129)), EventFailure.FieldTooLong),
        ["tag event without tag"] = (e => e.TagEvent = new TagEvent { Operation = TagEvent.Types.Operation.Add }, EventFailure.BadTagEvent),
        ["tag event without operation"] = (e => e.TagEvent = new TagEvent { Tag = "t" }, EventFailure.BadTagEvent),
        ["tag event with a tag of 129 bytes"] = (e =>
            e.TagEvent = new TagEvent { Tag = new string('t', 129), Operation = TagEvent.Types.Operation.Add }, EventFailure.FieldTooLong),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Field_is_taken_or_refused_by_name(string name)
    {
        var sipEvent = new SipEvent { CallId = "c", FromTag = "f", Method = "INVITE", Cseq = 1, ViaBranches = { "z9hG4bK1" } };
        Cases[name].Spoil(sipEvent);
        Assert.Equal(Cases[name].Failure, new SipEventReader(new FieldLimits()).Read(sipEvent.ToByteArray(), out _, out _, out _, out _));
    }

    [Fact]
    public void Operation_of_a_newer_producer_is_no_fault()
    {
        var sipEvent = new SipEvent { CallId = "c", TagEvent = new TagEvent { Tag = "t", Operation = (TagEvent.Types.Operation)7 } };
        Assert.Equal(EventFailure.None, new SipEventReader(new FieldLimits()).Read(sipEvent.ToByteArray(), out var kind, out _, out _, out _));
        Assert.Equal(EventKind.Unknown, kind);
    }

    [Fact]
    public void Of_too_many_tags_the_smallest_stay_whatever_their_order()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"tag{i:00}").ToArray();
        foreach (var order in new[] { names, [.. names.Reverse()], [.. names[7..], .. names[..7]] })
        {
            var sipEvent = new SipEvent { CallId = "c", Method = "INVITE", Tags = { order } };
            new SipEventReader(new FieldLimits()).Read(sipEvent.ToByteArray(), out _, out var message, out _, out _);
            var kept = new List<string>();
            foreach (var range in message.Tags) kept.Add(System.Text.Encoding.UTF8.GetString(message.TagText[range]));
            Assert.Equal(names[..Bounds.Tags], kept.Order(StringComparer.Ordinal));
            Assert.True(message.Overflow);
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var record = new SipEvent { CallId = "c", FromTag = "f", Method = "INVITE", Cseq = 1, ViaBranches = { "a",
            "b" }, Tags = { "t", "u" }, FromUri = "sip:a@b" }.ToByteArray();
        var reader = new SipEventReader(new FieldLimits());
        reader.Read(record, out _, out _, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) reader.Read(record, out _, out _, out _, out _);
        // Less than a byte a record: the runtime may have compiled something meanwhile.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }
}
