using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests;

/// <summary>What an operator does is done once, whatever happens to the service meanwhile.</summary>
public sealed class OperatorEventTests(KafkaCluster kafka)
{
    private const int Partitions = 4;
    private const int Calls = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Tags_and_closes_are_done_once_though_the_service_is_killed_under_them()
    {
        var (servers, prefix) = (kafka.Require(), $"o{Guid.NewGuid():N}.");
        var service = Serve();
        try
        {
            await service.WaitForActiveAsync(Partitions);
            PublishCalls(servers, prefix);
            for (var i = 0; i < Calls; i++)
            {
                var request = new TagRequest { CallId = $"call-{i}", Tag = "trunk-7" };
                await InsistAsync(i == Calls / 2, client => client.AddTagAsync(request).ResponseAsync);
            }
            var tagged = new CountRequest { Filters = { new DialogFilter { Tag = "trunk-7" } }, Demand = new Demand { Complete = true } };
            await InsistAsync(isKilled: false, async client => Assert.Equal([Calls], (await client.CountAsync(tagged)).Counts));
            for (var i = 0; i < Calls; i++)
            {
                var request = new CloseRequest { CallId = $"call-{i}", ClosedBy = "ops" };
                await InsistAsync(i == Calls / 2, client => client.CloseDialogsAsync(request).ResponseAsync);
            }
            var changes = await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count(change => change.Settled) >= Calls, service);
            foreach (var call in changes.GroupBy(change => change.CallId))
            {
                Assert.Equal(Enumerable.Range(1, call.Count()).Select(i => (uint)i), call.Select(change => change.Sequence));
                var end = Assert.Single(call, change => change.EndReason == EndReason.Closed && !change.Settled);
                var settled = Assert.Single(call, change => change.Settled);
                Assert.Equal(("ops", "ops", 1u), (end.ClosedBy, settled.ClosedBy, settled.Revision));
                Assert.Equal(["trunk-7"], settled.Tags);
            }
            await service.StopAsync();
            Assert.Equal(changes.Count, InputFold.Check(servers, prefix));
        }
        finally
        {
            service.Dispose();
        }

        DlgsProcess Serve() => DlgsProcess.Serve(servers, prefix, "one", 2, "--partitions", $"{Partitions}");

        async Task InsistAsync(bool isKilled, Func<DialogQuery.DialogQueryClient, Task> ask)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (!await IsDoneAsync())
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Asked for {Patience.TotalSeconds} s.\n\n{service.Output}");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            async Task<bool> IsDoneAsync()
            {
                using var channel = GrpcChannel.ForAddress(service.Address);
                var asked = ask(new DialogQuery.DialogQueryClient(channel));
                if (isKilled)
                {
                    isKilled = false;
                    service.Kill();
                    service.Dispose();
                    service = Serve();
                }
                try
                {
                    await asked;
                    return true;
                }
                catch (RpcException e)
                {
                    // Written before the kill: what was to be closed is.
                    return e.StatusCode == StatusCode.NotFound && e.Status.Detail.EndsWith("(Closed).", StringComparison.Ordinal);
                }
            }
        }
    }

    private static void PublishCalls(string servers, string prefix)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, new Topics(prefix).SipEvents);
        for (var i = 0; i < Calls; i++)
            foreach (var (method, status, toTag) in new[] { ("INVITE", 0u, ""), ("INVITE", 200u, "b"), ("ACK", 0u, "b") })
                publisher.Publish(new SipEvent
                {
                    CallId = $"call-{i}", FromTag = "a", ToTag = toTag, Method = method, Status = status, Cseq = 1, ViaBranches = { "u" },
                });
        Assert.True(publisher.Flush(Patience));
    }
}
