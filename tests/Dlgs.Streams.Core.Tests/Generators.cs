using CsCheck;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Tests;

/// <summary>Messages that collide: 3 tags (the empty one too), 4 branches, 3 CSeqs, 10 times, so that ties and cycles are common.</summary>
internal static class Generators
{
    private static readonly int[] InviteStatuses = [100, 180, 183, 200, 200, 200, 302, 401, 407, 404, 481, 486, 487, 500, 603];

    private static readonly Gen<string> Tag = Gen.OneOf("a", "a", "b", "x", "");
    private static readonly Gen<string> Branch = Gen.OneOf("u", "p", "q", "");
    private static readonly Gen<uint> CSeq = Gen.OneOf(1u, 1u, 2u, 3u);

    /// <summary>Seconds from the start; the second set lies around the lifetimes.</summary>
    private static readonly Gen<long> Time = Gen.OneOf(Gen.Long[0, 9], Gen.OneOf(10L, 31, 32, 33, 41, 42, 43, 180, 212, 10_801)).Select(s => s * 1000);

    public static Gen<Message> Message { get; } = Gen.Select(
        Gen.Int[0, 13], Gen.OneOf(InviteStatuses), Gen.Select(Tag, Tag), CSeq, Branch.Array[1, 3], Time, Gen.OneOf(0u, 0u, 90u),
        (kind, status, tags, cseq, vias, time, expires) =>
        {
            var message = new Message
            {
                From = tags.Item1, To = tags.Item2, CSeq = cseq, Vias = vias, Time = time,
                FromUri = "sip:alice@a.example", ToUri = "sip:bob@b.example",
            };
            return kind switch
            {
                0 or 1 => message with { Method = SipMethod.Invite, To = "", Src = status == 183 ? "carol" : null },
                2 or 3 or 4 or 5 => message with
                {
                    Method = SipMethod.Invite,
                    Status = status,
                    To = status <= 100 ? "" : message.To,
                    SessionExpires = status == 200 ? expires : 0,
                },
                6 or 7 => message with { Method = SipMethod.Ack },
                8 => message with { Method = SipMethod.Cancel, To = "" },
                9 => message with { Method = SipMethod.Bye, Status = status is 200 or 481 ? status : 0 },
                10 => message with { Method = SipMethod.Update, Status = status == 481 ? 481 : 200, SessionExpires = expires },
                11 => message with { ClosedBy = status < 200 ? "ops" : "robot", Since = status is 302 or 401 ? cseq + 1 : 0 },
                12 => message with { Method = SipMethod.Invite },
                _ => message with { TagEvent = status < 200 ? "+vip" : status == 200 ? "-vip" : "+gold" },
            };
        });

    public static Gen<Message[]> Call { get; } = Message.Array[1, 25];

    /// <summary>Messages of several Calls in order of their times, as a log has them.</summary>
    public static Gen<Message[]> Log { get; } = Gen.Select(Message, Gen.OneOf("c1", "c2", "c3"), (m, id) => m with { CallId = id }).Array[1, 40]
        .Select(messages => messages.OrderBy(m => m.Time).ToArray());
}
