using Dlgs.Streams.Contracts.V1;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Any instance answers for all of them, and every answer is what the input log says at the positions that it states.</summary>
public sealed class MovingPartitionsTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Every_answer_of_every_instance_is_what_the_log_says_while_instances_join_leave_die_and_hang()
    {
        var (servers, traffic) = (kafka.Require(), new RecordedTraffic(kafka.Require()));
        using var instances = new KnownInstances(traffic, RecordedTraffic.ShortSession);
        using var interview = new Interview(servers, traffic);
        await instances.Start("a").WaitForActiveAsync(RecordedTraffic.Partitions);
        await using var calls = new CallTraffic(servers, traffic.Topics, eventsPerSecond: 200);
        await instances.Start("b").WaitForActiveAsync(1);
        await SettleAsync("with two");
        await instances.Start("c").WaitForActiveAsync(1);
        await SettleAsync("with three");
        await TagAsync(instances);

        using var leave = DlgsProcess.Leave(instances.Take("b").Address);
        await SettleAsync("after one left");
        Assert.Equal(0, await leave.WaitForExitAsync());

        await instances.Start("d").WaitForActiveAsync(1);
        await SettleAsync("with a newcomer");
        instances.Take("c").Kill();
        await SettleAsync("after one was killed");

        await instances.Start("e").WaitForActiveAsync(1);
        var hung = instances.Take("a");
        hung.Pause();
        await SettleAsync("while one hangs");
        hung.Resume();
        // It takes itself for the owner at first; whoever is asked now must not believe it.
        for (var i = 0; i < 3; i++) await interview.AskAsync([hung.Address, .. instances.Addresses]);
        instances.PutBack("a", hung);
        await SettleAsync("when it goes on");

        await calls.EndAsync();
        await SettleAsync("at the end");
        interview.Check(instances.Output);
        await instances.StopAsync();
        Assert.True(InputFold.Check(servers, traffic.Prefix) > 0);

        async Task SettleAsync(string when)
        {
            foreach (var address in instances.Addresses.ToArray()) await interview.AskAsync(address);
            await interview.UntilCompleteAsync(() => [.. instances.Addresses], $"{when}\n\n{instances.Output}");
        }
    }

    /// <summary>Whoever tags at one instance finds the tag at each other.</summary>
    private static async Task TagAsync(KnownInstances instances)
    {
        string[] addresses = [.. instances.Addresses];
        for (var i = 0; i < RecordedTraffic.Partitions; i++)
        {
            using var here = GrpcChannel.ForAddress(addresses[i % addresses.Length]);
            using var there = GrpcChannel.ForAddress(addresses[(i + 1) % addresses.Length]);
            var tagged = await new DialogQuery.DialogQueryClient(here).AddTagAsync(new TagRequest { CallId = $"steady-{i}", Tag = "vip" });
            var request = new CountRequest
            {
                Filters = { new DialogFilter { Tag = "vip" } }, Demand = new Demand { Complete = true, Positions = { tagged.Position } },
            };
            var count = await new DialogQuery.DialogQueryClient(there).CountAsync(request);
            Assert.Equal(i + 1, count.Counts[0]);
        }
    }
}
