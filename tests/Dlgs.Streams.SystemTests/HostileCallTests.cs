using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>One Call-ID that somebody stuffs, others beside it, and an operator who ends what is stuck; the service is killed in between.</summary>
public sealed class HostileCallTests(KafkaCluster kafka)
{
    private const int Partitions = 4;

    [Fact]
    public async Task Stuffed_call_is_put_aside_and_still_ends_and_a_close_ends_a_stuck_one()
    {
        var (servers, prefix) = (kafka.Require(), $"h{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}"))
        {
            await service.WaitForActiveAsync(Partitions);
            Publish(servers, topics, [.. Answered("stuffed"), .. Answered("stuck"), .. Stuffing("stuffed", 2_000), .. Answered("bystander")]);
            await OutputTopics.ReadChangesAsync(servers, prefix, all => all.Exists(c => c.CallId == "bystander" && c.State == DialogState.Confirmed), service);
            service.Kill();
        }
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}"))
        {
            await service.WaitForActiveAsync(Partitions);
            Publish(servers, topics, [Message("stuffed", "BYE", 0, "x"),
                new SipEvent { CallId = "stuck", FromTag = "a", TimeUnixUs = Now, Close = new Close { ClosedBy = "ops" } }]);
            var changes = await OutputTopics.ReadChangesAsync(servers, prefix, all => all.Count(c => c.State == DialogState.Terminated) == 2, service);
            var closed = changes.Last(c => c.CallId == "stuck");
            Assert.Equal((EndReason.Closed, "ops", false), (closed.EndReason, closed.ClosedBy, closed.Overflow));
            var ended = changes.Last(c => c is { CallId: "stuffed", FromTag: "a" });
            Assert.Equal((EndReason.Bye, Party.Caller, true), (ended.EndReason, ended.EndedBy, ended.Overflow));
            var letters = OutputTopics.ReadAll(servers, topics.DeadLetters, records => records.Count > 1_000);
            Assert.All(letters, letter => Assert.Equal("call-full", letter.Header("cause")));
            service.Kill();
        }
        Assert.True(InputFold.Check(servers, prefix) > 10);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;

    private static SipEvent[] Answered(string callId) =>
        [Message(callId, "INVITE", 0, ""), Message(callId, "INVITE", 200, "x"), Message(callId, "ACK", 0, "x")];

    private static IEnumerable<SipEvent> Stuffing(string callId, int count) => Enumerable.Range(0, count).Select(i =>
    {
        var invite = Message(callId, "INVITE", 0, "");
        (invite.FromTag, invite.Cseq) = ($"f{i % 16}", (uint)(1 + i / 16 % 16));
        invite.ViaBranches[0] = $"b{i}";
        return invite;
    });

    private static SipEvent Message(string callId, string method, uint status, string toTag) =>
        new()
        {
            CallId = callId, FromTag = "a", ToTag = toTag, Method = method, Status = status,
            Cseq = method == "BYE" ? 2u : 1, ViaBranches = { method == "ACK" ? "k" : "u" }, TimeUnixUs = Now,
        };

    private static void Publish(string servers, Topics topics, IEnumerable<SipEvent> events)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        foreach (var sipEvent in events) publisher.Publish(sipEvent, TestContext.Current.CancellationToken);
        Assert.True(publisher.Flush(TimeSpan.FromSeconds(30)));
    }
}
