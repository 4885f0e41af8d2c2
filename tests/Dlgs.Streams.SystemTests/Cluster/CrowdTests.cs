using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Many ask at once, some of them scan, and some mean no good.</summary>
public sealed class CrowdTests(KafkaCluster kafka)
{
    private const int Clients = 200;
    private const int Scanning = 8;

    /// <summary>Longer, and with more events a second, by hand, on a machine that has the processors for it.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Setting("DLGS_TEST_CROWD_SECONDS", 15));
    private static readonly int EventsPerSecond = Setting("DLGS_TEST_CROWD_EVENTS_PER_SECOND", 1_000);

    /// <summary>A machine that lacks them catches up later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Not given up when it is time: an answer is due.</summary>
    private static readonly CallOptions Patient = new(cancellationToken: CancellationToken.None);

    private static readonly string[] Wrong = ["", "ftp://127.0.0.1", "http://user@127.0.0.1:1/x", "http://127.0.0.1:1", "\u00ff"];

    private readonly ConcurrentBag<string> failures = [];
    private int answered;

    /// <summary>Answers that say which partitions they lack: an owner was silent for too long. No error, but less than there could be.</summary>
    private int partial;

    [Fact]
    public async Task Two_hundred_clients_and_bad_company_while_calls_come_in_get_no_error_that_they_did_not_ask_for()
    {
        var (servers, traffic) = (kafka.Require(), new RecordedTraffic(kafka.Require()));
        // Two hundred clients, three instances and other tests on one machine: who is silent for a second there is busy, not gone.
        using var instances = new KnownInstances(traffic, "--peer-timeout", "5");
        using var interview = new Interview(servers, traffic);
        foreach (var name in new[] { "a", "b", "c" }) await instances.Start(name).WaitForActiveAsync(1);
        await using var calls = new CallTraffic(servers, traffic.Topics, EventsPerSecond);
        await interview.UntilCompleteAsync(() => [.. instances.Addresses], $"before the crowd\n\n{instances.Output}");
        string[] addresses = [.. instances.Addresses];
        var (start, before) = (TimeProvider.System.GetTimestamp(), calls.Delivered);
        using var enough = new CancellationTokenSource(Duration);
        await Task.WhenAll([
            .. Enumerable.Range(0, Clients).Select(i => i < Scanning ? AskAsync(addresses[i % 3], Scan, enough.Token)
                : AskAsync(addresses[i % 3], Ask, enough.Token)),
            .. addresses.Select(address => MisbehaveAsync(address, enough.Token)),
            .. instances.Seeds.Select(seed => BabbleAsync(new Uri(seed).Port, enough.Token)),
        ]);
        var took = TimeProvider.System.GetElapsedTime(start);
        var rate = (calls.Delivered - before) / took.TotalSeconds;
        var seen = $"{answered} answers, {partial} of them partial, and {failures.Count} failures in {took.TotalSeconds:0} s, "
            + $"with {rate:0} events a second of {EventsPerSecond}; "
            + $"{interview.Behind(addresses[0])} were not processed yet at the end";
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        var kinds = failures.CountBy(failure => failure).OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Value}: {kind.Key}");
        Assert.True(failures.IsEmpty, $"{seen}:\n{string.Join('\n', kinds.Take(20))}\n\n{instances.Output}");
        Assert.True(answered > Clients, seen);
        await calls.EndAsync();
        // Of what is still coming in no answer can be held to one number.
        await Eventually.IsTrueAsync(() => interview.Behind(addresses[0]) == 0, Patience, () => $"all events\n\n{instances.Output}");
        await interview.UntilCompleteAsync(() => addresses, $"after the crowd\n\n{instances.Output}");
        interview.Check(instances.Output);
        Assert.DoesNotContain("error", instances.Output, StringComparison.OrdinalIgnoreCase);

        static async Task<Coverage> Ask(DialogQuery.DialogQueryClient client, int i, CancellationToken cancellation) => (i % 8) switch
        {
            0 => (await client.GetAsync(new GetRequest { CallId = $"steady-{i % RecordedTraffic.Partitions}" }, cancellationToken: cancellation)).Coverage,
            1 => (await client.StatsAsync(new StatsRequest(), cancellationToken: cancellation)).Coverage,
            _ => await CountAsync(client, FilterOperator.Eq, CallTraffic.Caller(i), cancellation),
        };

        static async Task<Coverage> Scan(DialogQuery.DialogQueryClient client, int i, CancellationToken cancellation) => (i % 4) switch
        {
            0 => (await client.GroupAsync(new GroupRequest { By = GroupField.Src }, cancellationToken: cancellation)).Coverage,
            1 => (await client.ListAsync(new ListRequest { PageSize = 100 }, cancellationToken: cancellation)).Coverage,
            2 => await CountAsync(client, FilterOperator.Sw, "caller-", cancellation),
            _ => await CountAsync(client, FilterOperator.Re, "^(c.l)+er-[0-3]$", cancellation),
        };

        static async Task<Coverage> CountAsync(DialogQuery.DialogQueryClient client, FilterOperator op, string value, CancellationToken cancellation) =>
            (await client.CountAsync(new CountRequest { Filters = { Src(op, value) } }, cancellationToken: cancellation)).Coverage;
    }

    private async Task AskAsync(string address, Func<DialogQuery.DialogQueryClient, int, CancellationToken, Task<Coverage>> ask, CancellationToken enough)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new DialogQuery.DialogQueryClient(channel);
        for (var i = 0; !enough.IsCancellationRequested; i++)
            try
            {
                var coverage = await ask(client, i, enough);
                if (coverage.MissingPartitions.Count > 0) Interlocked.Increment(ref partial);
                Interlocked.Increment(ref answered);
            }
            catch (RpcException) when (enough.IsCancellationRequested)
            {
                // It was time.
            }
            catch (RpcException e)
            {
                failures.Add($"{e.Status}");
            }
    }

    /// <summary>Requests as large as they may be and larger, streams that are left at once, callers that have no time.</summary>
    private static async Task MisbehaveAsync(string address, CancellationToken enough)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new DialogQuery.DialogQueryClient(channel);
        string[] pads = [new('x', 262_050), new('x', 300_000)];
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            using var hurried = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 20));
            await RefusedAsync(client.CountAsync(new CountRequest { Filters = { Src(FilterOperator.Re, pads[i % 2]) } }, Patient).ResponseAsync);
            await RefusedAsync(client.GetAsync(new GetRequest { CallId = "steady-1", FromTag = pads[i % 2] }, Patient).ResponseAsync);
            await RefusedAsync(client.CountAsync(new CountRequest(), cancellationToken: hurried.Token).ResponseAsync);
            var soon = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(i % 5));
            await RefusedAsync(client.CountAsync(new CountRequest(), soon).ResponseAsync);
            using var list = client.StreamList(new ListRequest { PageSize = 1 }, cancellationToken: hurried.Token);
            await RefusedAsync(list.ResponseStream.MoveNext());
        }

        static async Task RefusedAsync(Task ask)
        {
            try
            {
                await ask;
            }
            catch (RpcException e) when (e.StatusCode is not (StatusCode.Internal or StatusCode.Unknown))
            {
                // What it asked for.
            }
        }
    }

    /// <summary>On the peers' port: connections that say nothing, and bytes that mean nothing, as they are and as what the protocol calls a message.</summary>
    private static async Task BabbleAsync(int port, CancellationToken enough)
    {
        var silent = new List<TcpClient>();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var peer = new DialogPeer.DialogPeerClient(channel);
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
            await client.GetStream().WriteAsync(RandomNumberGenerator.GetBytes(4_096), CancellationToken.None);
            if (silent.Count < 200)
            {
                silent.Add(new TcpClient());
                await silent[^1].ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
            }
            var hello = new PeerHello { Instance = "nobody", Run = $"{i}", Address = Wrong[i % Wrong.Length], Known = { Wrong } };
            await peer.MeetAsync(hello, Patient).ResponseAsync;
            await peer.AskAsync(new PeerQuestion { Partitions = { -1, int.MaxValue }, WaitMs = int.MinValue }, Patient).ResponseAsync;
        }
        foreach (var client in silent) client.Dispose();
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : usual;

    private static DialogFilter Src(FilterOperator op, string value) => new() { Field = DialogField.Src, Operator = op, Value = value };
}
