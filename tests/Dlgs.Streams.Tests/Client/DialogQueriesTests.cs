using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Client;

/// <summary>What a policy engine gets of the typed client: answers, or an exception that says what to do.</summary>
public sealed class DialogQueriesTests
{
    /// <summary>With a deadline that no machine is too slow for.</summary>
    private static DialogQueries Of(QueryHost host) => new(new ServiceOptions { Address = host.Address, Deadline = TimeSpan.FromSeconds(60) });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counts_totals_groups_calls_and_all_pages_of_a_list_come_as_they_are()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        for (var i = 0; i < 25; i++) host.Call($"call-{i}");
        using var queries = Of(host);
        Assert.Equal([25], (await queries.CountAsync(new CountRequest(), cancellation: Cancellation)).Counts);
        Assert.Equal(25, (await queries.StatsAsync(new StatsRequest(), cancellation: Cancellation)).Active.Confirmed);
        Assert.Equal(25, (await queries.GroupAsync(new GroupRequest { By = GroupField.Src }, cancellation: Cancellation)).Groups.Single().Count);
        Assert.Single((await queries.GetAsync(new GetRequest { CallId = "call-7" }, cancellation: Cancellation)).Dialogs);
        var pages = await queries.ListAsync(new ListRequest { PageSize = 10 }, cancellation: Cancellation).ToArrayAsync(Cancellation);
        Assert.True(pages.Length >= 3);
        Assert.Equal(25, pages.SelectMany(page => page.Dialogs).Select(dialog => dialog.CallId).Distinct().Count());
    }

    [Fact]
    public async Task Bad_argument_is_named_with_what_is_allowed()
    {
        await using var host = await QueryHost.StartAsync();
        using var queries = Of(host);
        var request = new CountRequest { Filters = { new DialogFilter(), new DialogFilter { Tag = "" } } };
        var refused = await Assert.ThrowsAsync<ArgumentRefusedException>(() => queries.CountAsync(request, cancellation: Cancellation));
        Assert.Equal(("filters[1].tag", "1 to 128 bytes.", "filters[1].tag: 1 to 128 bytes."), (refused.Field, refused.Allowed, refused.Message));
    }

    [Fact]
    public async Task Partial_answer_where_all_was_demanded_names_the_missing_partitions()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        host.Registry.Remove(host.Registry.Find(2)!);
        using var queries = Of(host);
        var all = new CountRequest { Demand = new Demand { Complete = true } };
        Assert.Equal([1, 2], (await Assert.ThrowsAsync<PartitionsMissingException>(() => queries.CountAsync(all, cancellation: Cancellation))).Partitions);
        Assert.Equal([1, 2], (await queries.CountAsync(new CountRequest(), cancellation: Cancellation)).Coverage.MissingPartitions);
    }

    [Fact]
    public async Task Instance_that_knows_no_partitions_yet_is_not_ready()
    {
        await using var host = await QueryHost.StartAsync();
        host.Registry.PartitionCount = 0;
        using var queries = Of(host);
        await Assert.ThrowsAsync<NotReadyException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
    }

    [Fact]
    public async Task Limit_of_the_instance_is_an_overload_which_its_words_name()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_waiters", "1"));
        using var queries = Of(host);
        var behind = new CountRequest { Demand = new Demand { Positions = { new Position { Offset = 5 } } } };
        var first = await Task.WhenAny(queries.CountAsync(behind, cancellation: Cancellation), queries.CountAsync(behind, cancellation: Cancellation));
        var refused = await Assert.ThrowsAsync<OverloadedException>(() => first);
        Assert.Null(refused.Field);
        Assert.Contains("query_waiters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_ends_the_wait_and_cancelling_too()
    {
        await using var host = await QueryHost.StartAsync();
        using var queries = Of(host);
        var behind = new CountRequest { Demand = new Demand { Positions = { new Position { Offset = 5 } } } };
        await Assert.ThrowsAsync<TimedOutException>(() => queries.CountAsync(behind, TimeSpan.FromMilliseconds(50), Cancellation));
        using var cancelled = new CancellationTokenSource();
        var waiting = queries.CountAsync(behind, cancellation: cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("127.0.0.1:5090")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("dns:///service:5090")]
    [InlineData("http://127.0.0.1:5090/path")]
    [InlineData("http://user@127.0.0.1:5090")]
    [InlineData("")]
    public void Address_that_is_none_is_a_bad_argument(string address) => Assert.Throws<ArgumentException>(() => new DialogQueries(address));

    [Fact]
    public void Times_have_to_be_above_0()
    {
        Assert.Throws<ArgumentException>(() => new DialogQueries(new ServiceOptions { Deadline = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => new DialogQueries(new ServiceOptions { ConnectTimeout = TimeSpan.Zero }));
    }
}
