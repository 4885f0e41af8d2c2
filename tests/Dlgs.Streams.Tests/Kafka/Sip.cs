using System.Text;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Messages of calls by their Call-IDs.</summary>
internal static class Sip
{
    public static SipEvent Invite(string callId) => Message(callId, "INVITE");

    public static SipEvent Reply(string callId, uint status) => Message(callId, "INVITE", status, "b");

    public static SipEvent Message(string callId, string method, uint status = 0, string toTag = "", uint cseq = 1) => new()
    {
        CallId = callId, FromTag = "a", ToTag = toTag, Method = method, Status = status, Cseq = cseq, ViaBranches = { $"z9hG4bK{cseq}" },
        FromUri = "sip:alice@example.org", ToUri = "sip:bob@example.org", Proxy = "p1",
    };

    /// <summary>Call-IDs that belong into one partition of the embedded broker's four.</summary>
    public static string[] CallIdsOf(int partition, int count) =>
        [.. Enumerable.Range(0, 1000).Select(i => $"call-{i}@test")
            .Where(id => CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(id), 4) == partition).Take(count)];
}
