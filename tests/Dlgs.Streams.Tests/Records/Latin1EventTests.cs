using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Records;

/// <summary>Events of a proxy that copies header fields as they are, in an encoding of its own.</summary>
public sealed class Latin1EventTests
{
    private static readonly SipEvent Invite = new()
    {
        CallId = "j*rg@test", FromTag = "a*", Method = "INVITE", Cseq = 1, ViaBranches = { "z9*" },
        FromUri = "sip:j*rg@example.org", ToUri = "sip:bob@example.org", Tags = { "gr*n" }, Proxy = "m*nchen",
    };

    [Fact]
    public void Strings_are_read_as_Latin_1_and_others_stay()
    {
        var reader = new SipEventReader(new FieldLimits());
        Invite.Dst = "stra\u00dfe";
        var record = Spoil(Invite.ToByteArray());
        Assert.Equal(EventFailure.None, reader.Read(record, out _, out var message, out _, out _));
        Assert.True(reader.IsLatin1);
        Assert.Equal(["jörg@test", "aö", "z9ö", "sip:jörg@example.org", "grön", "mönchen", "straße"],
            [Text(message.CallId), Text(message.FromTag), Text(message.Branch), Text(message.FromUri),
                Text(message.TagText[message.Tags[0]]), Text(message.Proxy), Text(message.Dst)]);
    }

    [Fact]
    public void Limits_are_of_what_is_kept()
    {
        var reader = new SipEventReader(new FieldLimits());
        Assert.Equal(EventFailure.None,
            reader.Read(Spoil(new SipEvent { CallId = new string('*', 128), Method = "INVITE" }.ToByteArray()), out _, out _, out _, out _));
        Assert.Equal(EventFailure.FieldTooLong,
            reader.Read(Spoil(new SipEvent { CallId = new string('*', 129), Method = "INVITE" }.ToByteArray()), out _, out _, out _, out _));
    }

    [Fact]
    public void Plain_event_after_one_is_plain()
    {
        var reader = new SipEventReader(new FieldLimits());
        reader.Read(Spoil(Invite.ToByteArray()), out _, out _, out _, out _);
        reader.Read(Invite.ToByteArray(), out _, out _, out _, out _);
        Assert.False(reader.IsLatin1);
        Assert.Equal("j*rg@test", Text(reader.CallIdAsSent(Invite.ToByteArray())));
    }

    [Fact]
    public async Task Call_is_in_the_partition_that_its_producer_hashed_and_its_change_is_UTF_8()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.PublishBytes(Encoding.Latin1.GetBytes("j\u00f6rg@test"), Spoil(Invite.ToByteArray()));
        var change = Assert.Single(await service.ChangesAsync(1));
        Assert.Equal(("jörg@test", "aö", "jörg@example.org", DialogState.Init), (change.CallId, change.FromTag, change.Src, change.State));
    }

    /// <summary>Every asterisk becomes an ö of one byte.</summary>
    private static byte[] Spoil(byte[] record)
    {
        record.AsSpan().Replace((byte)'*', (byte)0xf6);
        return record;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
