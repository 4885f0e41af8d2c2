using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Shared;

/// <summary>
/// Messages of one Call that drive it to its bounds, each kind of fact alone and all together: what somebody sends who wants a lane to stand
/// still. The same sequence for the same arguments.
/// </summary>
internal sealed class Adversary(string kind, Bounds bounds, int textBytes)
{
    private readonly Random random = new(1);
    private int step;

    public static string[] Kinds { get; } = ["chains", "branches", "cseqs", "acks", "answers", "pairs", "tags", "dialogs", "closes", "together"];

    /// <summary>Merges the next message into a Call.</summary>
    public MergeOutcome Next(DialogStore store, string callId)
    {
        step++;
        return (kind == "together" ? Kinds[random.Next(Kinds.Length - 1)] : kind) switch
        {
            // Each branch under the one before it, so that the way to the top is as long as it can be.
            "chains" => Send(store, callId, SipMethod.Invite, 0, "a", "", 1, Branch(step), Branch(step - 1)),
            // All parentless, of several CSeqs, with the same names in each, half of them closed.
            "branches" => Send(store, callId, SipMethod.Invite, random.Next(2) * 486, Pick("f", bounds.FromTags), "", CSeq(),
                Pick("b", bounds.Branches), random.Next(2) == 0 ? Pick("v", bounds.Branches) : null),
            "cseqs" => Send(store, callId, SipMethod.Invite, random.Next(3) switch { 0 => 0, 1 => 180, _ => 100 },
                Pick("f", 2 * bounds.FromTags), "", (uint)random.Next(1, 3 * bounds.CSeqs), "b", null),
            // To-tags that answered nothing, of every attempt: each may yet prove an answer.
            "acks" => random.Next(8) == 0
                ? Send(store, callId, SipMethod.Invite, 0, Pick("f", 2), "", CSeq(), "u", null)
                : Send(store, callId, SipMethod.Ack, 0, Pick("f", 2), Pick("t", bounds.AckPairs), CSeq(), Pick("k", bounds.AckBranches + 1), null),
            "answers" => Send(store, callId, SipMethod.Invite, 200, Pick("f", bounds.FromTags), Pick("t", bounds.AnsweredPairs), CSeq(), "b", null),
            "pairs" => Send(store, callId, random.Next(2) == 0 ? SipMethod.Bye : SipMethod.Update,
                random.Next(2) == 0 ? 481 : 200, Pick("f", 8), Pick("t", 16), CSeq(), "b", null),
            "tags" => store.Merge(
                new TagMessage { CallId = Bytes(callId), Tag = Bytes(Pick("g", 2 * bounds.TagFacts)), Remove = random.Next(3) == 0, Time = Now }, default),
            // Call after call under one Call-ID: every answered CSeq ends a dialog.
            "dialogs" => Send(store, callId, SipMethod.Invite, random.Next(2) * 200, Pick("f", 4),
                random.Next(2) == 0 ? "" : Pick("t", bounds.AnsweredPairs), (uint)step, Branch(step), null),
            "closes" => store.Merge(
                new CloseMessage
                {
                    CallId = Bytes(callId),
                    FromTag = Bytes(Pick("f", 4)),
                    SinceCSeq = (uint)random.Next(8),
                    ClosedBy = Bytes(Pick("o", 8)),
                    Time = Now,
                },
                default),
            _ => throw new ArgumentException($"No such kind: {kind}."),
        };
    }

    private MergeOutcome Send(
        DialogStore store, string callId, SipMethod method, int status, string from, string to, uint cseq, string branch, string? parent) => store.Merge(
        new SipMessage
        {
            CallId = Bytes(callId), Method = method, Status = status, FromTag = Bytes(from),
            ToTag = Bytes(to), CSeq = cseq, Branch = Bytes(branch), Parent = Bytes(parent ?? ""),
            HasParent = parent is not null, Vias = parent is null ? 1 : 2, Time = Now, FromUri = Bytes("sip:a@example.com"), ToUri = Bytes("sip:b@example.com"),
        }, default);

    private SipTime Now => new(step * 1000L);

    private uint CSeq() => (uint)random.Next(1, bounds.CSeqs + 1);

    private string Pick(string prefix, int count) => Text(prefix, random.Next(count));

    private string Branch(int number) => Text("b", number % (bounds.Branches + 1));

    /// <summary>A text that differs from the others at its end only, which costs a comparison the most.</summary>
    private string Text(string prefix, int number) =>
        prefix + new string('x', Math.Max(0, textBytes - 5)) + number.ToString("0000", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
