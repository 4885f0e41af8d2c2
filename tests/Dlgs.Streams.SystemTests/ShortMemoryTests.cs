using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Kafka;
using Grpc.Core;
using Grpc.Net.Client;
using DialogState = Dlgs.Streams.Contracts.V1.DialogState;
using EndReason = Dlgs.Streams.Contracts.V1.EndReason;

namespace Dlgs.Streams.SystemTests;

/// <summary>A flood of Call-IDs takes an instance above its memory_limit, which a process of .NET with a client of Kafka is near from the start.</summary>
public sealed class ShortMemoryTests(KafkaCluster kafka)
{
    private const int Partitions = 4;
    private const int Scans = 15_000;
    private const string Limit = "128MiB";
    private static readonly string[] Calls = [.. Enumerable.Range(0, 20).Select(i => $"call-{i}")];

    [Fact]
    public async Task Calls_are_counted_end_and_expire_above_the_limit_scans_are_refused_and_nothing_is_lost_or_repeated()
    {
        var (servers, prefix) = (kafka.Require(), $"m{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1,
            "--partitions", $"{Partitions}", "--memory-limit", Limit, "--init-lifetime", "3", "--finish-lifetime", "1"))
        {
            await service.WaitForActiveAsync(Partitions);
            Publish(servers, topics, [.. Calls.SelectMany(Answered), .. Enumerable.Range(0, Scans).Select(i => Message($"scan-{i}", "INVITE"))]);
            await service.WaitForAsync(() => service.Output.Contains($"its memory_limit is {Limit}", StringComparison.Ordinal), "memory to be short");
            await OutputTopics.ReadChangesAsync(servers, prefix, all => all.Count(IsUp) == Calls.Length, service);

            using var channel = GrpcChannel.ForAddress(service.Address);
            var client = new DialogQuery.DialogQueryClient(channel);
            Assert.Equal(Calls.Length, await CountAsync(FilterOperator.Eq));
            var refused = await Assert.ThrowsAsync<RpcException>(() => CountAsync(FilterOperator.Sw));
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
            Assert.Contains("memory_limit", refused.Status.Detail, StringComparison.Ordinal);

            Publish(servers, topics, Calls[..5].Select(call => Message(call, "BYE", toTag: "x")));
            var changes = await OutputTopics.ReadChangesAsync(servers, prefix, all => all.Count(HasExpired) == Scans && all.Count(HasHungUp) == 5, service);
            Assert.Equal(Calls.Length - 5, await CountAsync(FilterOperator.Eq));
            service.Kill();

            async Task<long> CountAsync(FilterOperator op) => (await client.CountAsync(
                new CountRequest { Filters = { new Contracts.V1.DialogFilter { Field = DialogField.Src, Operator = op, Value = "alice@ex.net" } } },
                cancellationToken: TestContext.Current.CancellationToken)).Counts[0];
        }
        Assert.True(InputFold.Check(servers, prefix, new Lifetimes { Init = TimeSpan.FromSeconds(3), Finish = TimeSpan.FromSeconds(1) }) >= 2 * Scans);
    }

    private static bool HasExpired(Contracts.V1.DialogChange change) =>
        change is { Settled: false, State: DialogState.NotAnswered, EndReason: EndReason.Expired };

    private static bool IsUp(Contracts.V1.DialogChange change) => change is { Settled: false, State: DialogState.Confirmed };

    private static bool HasHungUp(Contracts.V1.DialogChange change) => change is { Settled: false, State: DialogState.Terminated, EndReason: EndReason.Bye };

    private static SipEvent[] Answered(string call) =>
        [Message(call, "INVITE", from: "alice"), Message(call, "INVITE", 200, "x", "alice"), Message(call, "ACK", toTag: "x", from: "alice")];

    private static SipEvent Message(string callId, string method, uint status = 0, string toTag = "", string from = "scanner") => new()
    {
        CallId = callId, FromTag = "a", ToTag = toTag, Method = method, Status = status, Cseq = method == "BYE" ? 2u : 1,
        ViaBranches = { method == "ACK" ? "k" : "u" }, FromUri = $"sip:{from}@ex.net", ToUri = "sip:100@ex.net",
    };

    private static void Publish(string servers, Topics topics, IEnumerable<SipEvent> events)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        foreach (var sipEvent in events) publisher.Publish(sipEvent, TestContext.Current.CancellationToken);
        Assert.True(publisher.Flush(TimeSpan.FromSeconds(60)));
    }
}
