using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Cluster;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Client;

/// <summary>One client of instances that know each other.</summary>
public sealed class SeveralInstancesTests
{
    private static readonly CountRequest Vips = new() { Filters = { new DialogFilter { Tag = "vip" } } };
    private static readonly TagRequest Vip = new() { CallId = "call-1", Tag = "vip", NoWait = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DialogQueries Of(ClusterHosts cluster, bool readYourWrites = true) => new(new ServiceOptions
    {
        Address = string.Join(',', cluster.Hosts.Select(host => host.Address)),
        Deadline = TimeSpan.FromSeconds(60),
        ReadYourWrites = readYourWrites,
    });

    [Fact]
    public async Task Instance_that_dies_under_load_fails_no_read()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 6);
        for (var i = 0; i < 30; i++) cluster.Call($"call-{i}");
        using var queries = Of(cluster);
        var (answers, isOver) = (0, false);
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(ReadAsync, Cancellation)).ToArray();
        await AnswersAsync(80);
        // All its connections break at once.
        await cluster.Hosts[1].Services.GetRequiredService<IServer>().StopAsync(new CancellationToken(canceled: true));
        await AnswersAsync(80);
        isOver = true;
        await Task.WhenAll(readers);

        Task AnswersAsync(int more)
        {
            var until = Volatile.Read(ref answers) + more;
            return ClusterHosts.UntilAsync(() => Volatile.Read(ref answers) >= until || readers.Any(reader => reader.IsCompleted), $"{more} answers");
        }

        async Task ReadAsync()
        {
            while (!Volatile.Read(ref isOver))
            {
                await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
                await queries.StatsAsync(new StatsRequest(), cancellation: Cancellation);
                await queries.GroupAsync(new GroupRequest { By = GroupField.Src }, cancellation: Cancellation);
                await queries.ListAsync(new ListRequest(), cancellation: Cancellation).CountAsync(Cancellation);
                Interlocked.Increment(ref answers);
            }
        }
    }

    [Fact]
    public async Task Read_has_what_was_written_before_through_whatever_instance()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 4);
        cluster.Call("call-1");
        var owner = cluster.OwnerOf(cluster.PartitionOf("call-1"));
        owner.Appends.IsLeftLying = true;
        using var queries = Of(cluster);
        await queries.AddTagAsync(Vip, cancellation: Cancellation);
        Task<CountResponse>[] counts = [.. Enumerable.Range(0, 4).Select(_ => queries.CountAsync(Vips, cancellation: Cancellation))];
        // Without it, they have no reason to wait.
        using var others = Of(cluster, readYourWrites: false);
        await others.AddTagAsync(Vip, cancellation: Cancellation);
        Assert.Equal([0], (await others.CountAsync(Vips, cancellation: Cancellation)).Counts);
        Assert.DoesNotContain(counts, count => count.IsCompleted);
        owner.Appends.IsLeftLying = false;
        await owner.Appends.AppendAsync(owner.Registry, owner.Appends.Events[0]);
        foreach (var count in counts) Assert.Equal([1], (await count).Counts);
    }

    [Fact]
    public async Task What_was_written_to_an_input_that_was_made_anew_is_forgotten()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call-1");
        host.Appends.IsLeftLying = true;
        using var queries = new DialogQueries(host.Address);
        var written = await queries.AddTagAsync(Vip, cancellation: Cancellation);
        host.InputEnd = written.Position.Offset - 1;
        Assert.Equal([0], (await queries.CountAsync(Vips, cancellation: Cancellation)).Counts);
    }

    [Fact]
    public void What_was_written_joins_what_is_demanded_the_higher_offset_in_each_partition()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var writes = new OwnWrites(time);
        Assert.Null(writes.AddedTo(new Demand { Complete = true }));
        writes.Add(At(1, 7), At(2, 5));
        writes.Add(At(1, 6));
        var asked = new Demand { Complete = true, Positions = { At(1, 3), At(2, 9), At(4, 1) } };
        Assert.Equal(new Demand { Complete = true, Positions = { At(1, 7), At(2, 9), At(4, 1) } }, writes.AddedTo(asked));
        Assert.Equal(At(1, 3), asked.Positions[0]);
        Assert.Null(writes.AddedTo(new Demand { Positions = { At(1, 7), At(2, 5) } }));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(writes.AddedTo(null));

        static Position At(int partition, long offset) => new() { Partition = partition, Offset = offset };
    }
}
