using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Http;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>One caller has its part of what there is, and the others have theirs.</summary>
public sealed class CallerLimitsTests
{
    private static readonly Identity Here = Identity.Of(IPAddress.Loopback);

    private static CountRequest Eq => new() { Filters = { new DialogFilter { Field = DialogField.Src, Value = "alice@a.example" } } };

    private static CountRequest Scan => new() { Filters = { new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Re, Value = "a" } } };

    [Theory]
    [InlineData("caller_in_flight", nameof(Rpc.Count))]
    [InlineData("caller_streams", nameof(Rpc.Watch))]
    public async Task Caller_that_has_all_its_places_is_refused_by_the_setting_and_another_is_not(string setting, string ofRpc)
    {
        var rpc = Enum.Parse<Rpc>(ofRpc);
        await using var host = await QueryHost.StartAsync(settings: (setting, "1"));
        host.Call("a");
        using var elsewhere = Elsewhere(host);
        using (Limits(host).Enter(Here, rpc))
        {
            foreach (var ask in Of(rpc, host))
            {
                var refused = await QueryHost.RefusedAsync(ask());
                Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
                Assert.Contains(setting, refused.Detail, StringComparison.Ordinal);
            }
            await CountAsync(elsewhere, Eq);
        }
        // A stream gives its place back when the server has seen that it was left.
        foreach (var ask in Of(rpc, host))
            while (await SaidAsync(ask()) is { Length: > 0 } words) Assert.Contains(setting, words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scans_have_places_of_their_own()
    {
        await using var host = await QueryHost.StartAsync(settings: ("caller_scans", "1"));
        host.Call("a");
        using var elsewhere = Elsewhere(host);
        using (Limits(host).EnterScan(Here))
        {
            Task[] scans =
            [
                host.CountAsync(Scan), host.ListAsync(new ListRequest()), host.StreamListAsync(new ListRequest()),
                host.GroupAsync(new GroupRequest { By = GroupField.Src }), host.GetAsync(new GetRequest { Filter = Scan.Filters[0] }),
                host.CloseAsync(new CloseRequest { Filter = Scan.Filters[0], ClosedBy = "ops", DryRun = true }),
            ];
            foreach (var scan in scans) Assert.Contains("caller_scans", (await QueryHost.RefusedAsync(scan)).Detail, StringComparison.Ordinal);
            await host.CountAsync(Eq);
            await CountAsync(elsewhere, Scan);
        }
        await host.CountAsync(Scan);
    }

    [Fact]
    public async Task Who_asks_faster_than_it_may_is_refused_and_the_log_has_one_line_of_it()
    {
        await using var host = await QueryHost.StartAsync(settings: ("caller_rate", "1"));
        using var elsewhere = Elsewhere(host);
        var (refused, asked) = (0, 0);
        // A second's worth comes back each second: on however slow a machine some are refused of those that are asked at once.
        while (refused < 20)
        {
            var said = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SaidAsync(host.CountAsync(Eq))));
            refused += said.Count(words => words.Contains("caller_rate", StringComparison.Ordinal));
            Assert.True(++asked < 100, $"{refused} refused");
        }
        await CountAsync(elsewhere, Eq);
        Assert.Single(host.Log.All, line => line.Message.Contains("caller_rate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Http_and_json_rpc_are_counted_the_same()
    {
        await using var host = await QueryHost.StartAsync(settings: ("caller_in_flight", "1"));
        using var http = new HttpCaller(host);
        const string Call = """{"jsonrpc": "2.0", "method": "dlgs.stats", "id": 1}""";
        using (Limits(host).Enter(Here, Rpc.Count))
        {
            var refused = await http.GetAsync("/v1/stats");
            Assert.Equal(429, refused.Status);
            Assert.Contains("caller_in_flight", refused.Text, StringComparison.Ordinal);
            Assert.Contains("caller_in_flight", (await http.PostAsync("/RPC", Call)).Text, StringComparison.Ordinal);
        }
        Assert.Equal(200, (await http.GetAsync("/v1/stats")).Status);
        Assert.Equal(200, (await http.PostAsync("/RPC", Call)).Status);
    }

    [Theory]
    [InlineData("caller_connections")]
    [InlineData("connections")]
    public async Task Where_there_is_no_room_the_oldest_connection_that_proved_nothing_makes_some(string setting)
    {
        await using var host = await QueryHost.StartAsync(settings: (setting, "3"));
        using var asking = new RawHttp2(host.Address);
        await AskAsync(asking);
        using var oldest = new RawHttp2(host.Address);
        Assert.True(await oldest.IsAnsweredAsync());
        var flood = Enumerable.Range(0, 5).Select(_ => new RawHttp2(host.Address)).ToArray();
        while (await oldest.ReadAsync() is not null) { }
        await AskAsync(asking);
        using var elsewhere = Elsewhere(host);
        await CountAsync(elsewhere, Eq);
        foreach (var connection in flood) connection.Dispose();
        Assert.Single(host.Log.All, line => line.Message.Contains("there was no room for all connections", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_beyond_those_of_one_address_is_closed_where_all_have_asked_and_another_address_has_its_own()
    {
        await using var host = await QueryHost.StartAsync(settings: ("caller_connections", "2"));
        using var first = new RawHttp2(host.Address);
        using var second = new RawHttp2(host.Address);
        await AskAsync(first);
        await AskAsync(second);
        using var third = new RawHttp2(host.Address);
        Assert.False(await third.IsAnsweredAsync());
        using var elsewhere = Elsewhere(host);
        await CountAsync(elsewhere, Eq);
        await AskAsync(first);
        await AskAsync(second);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.2", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Addresses_that_one_customer_may_choose_among_are_one_caller(string one, string other, bool isSame) =>
        Assert.Equal(isSame, Identity.Of(IPAddress.Parse(one)).AsOneCaller() == Identity.Of(IPAddress.Parse(other)).AsOneCaller());

    /// <summary>The words of a refusal, if it is one.</summary>
    private static async Task<string> SaidAsync(Task ask)
    {
        try
        {
            await ask;
            return "";
        }
        catch (RpcException e)
        {
            return e.Status.Detail;
        }
    }

    private static CallerLimits Limits(QueryHost host) => host.Services.GetRequiredService<CallerLimits>();

    private static Func<Task>[] Of(Rpc rpc, QueryHost host) => rpc == Rpc.Watch
        ? [() => FirstAsync(host.Watch(new WatchRequest())), () => host.StreamListAsync(new ListRequest())]
        : [() => host.CountAsync(Eq), () => host.StatsAsync(new StatsRequest()), () => host.ListAsync(new ListRequest())];

    private static async Task FirstAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        using var _ = watch;
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    /// <summary>From another address of this machine.</summary>
    private static GrpcChannel Elsewhere(QueryHost host)
    {
        var http = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return GrpcChannel.ForAddress(host.Address, new GrpcChannelOptions { HttpHandler = http, DisposeHttpClient = true });
    }

    /// <summary>Until an answer begins.</summary>
    private static async Task AskAsync(RawHttp2 connection)
    {
        var stream = connection.Ask("Count", Eq);
        while (true)
        {
            var frame = await connection.ReadAsync();
            Assert.NotNull(frame);
            if (frame is { Type: FrameType.Headers } headers && headers.Stream == stream) return;
        }
    }

    private static async Task CountAsync(GrpcChannel channel, CountRequest request) =>
        await new DialogQuery.DialogQueryClient(channel).CountAsync(request, cancellationToken: TestContext.Current.CancellationToken);
}
