using System.Text;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Client;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Grpc;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Client;
using Dlgs.Streams.Tests.Memory;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wire = Dlgs.Streams.Contracts.V1;


namespace Dlgs.Streams.Tests.Grpc;

/// <summary>The query service on a free port of loopback, over stores that the test fills instead of a lane.</summary>
internal sealed class QueryHost : IAsyncDisposable
{
    /// <summary>Nobody proves anything while a test runs, however slow the machine is.</summary>
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(30);

    private readonly WebApplication app;
    private readonly Wire.DialogQuery.DialogQueryClient client;
    private long offset;

    private QueryHost(WebApplication app)
    {
        this.app = app;
        Registry = app.Services.GetRequiredService<PartitionRegistry>();
        Channel = GrpcChannel.ForAddress(app.Urls.First());
        client = new Wire.DialogQuery.DialogQueryClient(Channel);
    }

    public PartitionRegistry Registry { get; }

    public GrpcChannel Channel { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>What the brokers would say of the end of any input partition.</summary>
    public long? InputEnd { get; set; }

    /// <summary>What becomes of events that the service appends.</summary>
    public ScriptedAppends Appends { get; } = new();

    /// <summary>What becomes of the partitions where the instance is told to leave.</summary>
    public Handover Leaving { get; } = new();

    /// <summary>What the cluster commits.</summary>
    public ScriptedChanges Changes => (ScriptedChanges)app.Services.GetRequiredService<ICommittedChanges>();

    /// <summary>The process holds so much memory, as last looked at; 0 at the beginning.</summary>
    public void HoldMemory(long bytes) => ((ScriptedMemory)Services.GetRequiredService<IProcessMemory>()).Hold(bytes, Services);

    /// <summary>What was logged, of whatever level, with its exception.</summary>
    public LogRecords Log { get; private init; } = null!;

    public string Address => app.Urls.First();

    /// <summary>Of HTTP.</summary>
    public Uri Http => new(app.Urls.ElementAt(1));

    /// <summary>Of the port of probes, where one was set.</summary>
    public Uri Probes => new(app.Urls.ElementAt(2));

    /// <summary>Where its peers ask it, where that was set.</summary>
    public Uri PeerAddress => new(app.Urls.Last());

    /// <summary>Begins with all partitions active. With a certificate it speaks TLS.</summary>
    public static async Task<QueryHost> StartAsync(
        int partitions = 1, TimeProvider? time = null, ServerCertificate? certificate = null, params (string Name, string Value)[] settings)
    {
        for (var attempt = 1; ; attempt++)
        {
            var host = await StartOnceAsync(partitions, time, certificate, settings);
            if (await host.IsHeardAsync() || attempt == 3) return host;
            await host.DisposeAsync();
        }
    }

    /// <summary>Seen twice where many tests ran at once: a port that the server was given, and that refused every connection.</summary>
    private async Task<bool> IsHeardAsync()
    {
        try
        {
            foreach (var url in app.Urls)
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(new Uri(url).Host, new Uri(url).Port, TestContext.Current.CancellationToken);
            }
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task<QueryHost> StartOnceAsync(
        int partitions, TimeProvider? time, ServerCertificate? certificate, (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new LogRecords();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        (string Name, string Value)[] ports = certificate is null
            ? [("grpc", "http://127.0.0.1:0")]
            : [("grpc", "https://127.0.0.1:0"), ("grpc_certificate", certificate.PemFile), ("grpc_key", certificate.KeyFile)];
        (string Name, string Value)[] given = [.. ports, ("http", "http://127.0.0.1:0"), ("embedded", "true"), .. settings];
        // What the test says goes before what is said here.
        var configured = given.Reverse().DistinctBy(each => each.Name).ToDictionary(each => each.Name, each => (string?)each.Value);
        builder.Services.AddSettings(new ConfigurationBuilder().AddInMemoryCollection(configured).Build());
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new PartitionRegistry(ProofLifetime, TimeProvider.System));
        QueryHost? host = null;
        builder.Services.AddSingleton<FindInputEnd>((_, _) => Task.FromResult(host!.InputEnd));
        builder.Services.AddSingleton<AppendEvent>((sipEvent, _) => host!.Appends.AppendAsync(host.Registry, sipEvent));
        builder.Services.AddSingleton<LeaveGroup>(() => Task.FromResult(host!.Leaving));
        builder.Services.AddSingleton<ICommittedChanges, ScriptedChanges>();
        builder.Services.AddSingleton<IProcessMemory, ScriptedMemory>();
        builder.Services.AddPeers();
        builder.Services.AddAnswers();
        builder.AddSurfaces();
        var app = builder.Build();
        app.MapSurfaces();
        await app.StartAsync(TestContext.Current.CancellationToken);
        host = new QueryHost(app) { Log = log };
        host.Registry.PartitionCount = partitions;
        for (var partition = 0; partition < partitions; partition++) host.Activate(partition);
        return host;
    }

    public PartitionView Activate(int partition, long generation = 1)
    {
        var view = new PartitionView(partition)
        {
            Generation = generation,
            ProcessedOffset = 0,
            CommittedOffset = 0,
            Store = new DialogStore(partition, new Lifetimes()),
            ProvenAt = TimeProvider.System.GetTimestamp(),
        };
        view.MoveTo(PartitionPhase.Active);
        Registry.Add(view);
        return view;
    }

    /// <summary>A call that is up, in the partition where its Call-ID belongs.</summary>
    public void Call(string callId, string src = "alice@a.example", string dst = "bob@b.example", string data = "", string? tag = null, params string[] steps)
    {
        Merge(callId, message => message with { Method = SipMethod.Invite, Src = src, Dst = dst, Data = data, Tag = tag });
        foreach (var step in steps.Length == 0 ? ["200", "ACK"] : steps)
            Merge(callId, message => int.TryParse(step, out var status)
                ? message with { Method = SipMethod.Invite, Status = status, ToTag = status > 100 ? "x" : "" }
                : message with { Method = Enum.Parse<SipMethod>(step, ignoreCase: true), ToTag = "x" });
    }

    /// <summary>A message of its own, later in the dialog.</summary>
    public void Send(string callId, string method, int status = 0) =>
        Merge(callId, message => message with { Method = Enum.Parse<SipMethod>(method, ignoreCase: true), Status = status, ToTag = "x", CSeq = 2 });

    private void Merge(string callId, Func<SentMessage, SentMessage> write)
    {
        var id = Encoding.UTF8.GetBytes(callId);
        var view = Registry.Find(CallIdPartitioner.PartitionOf(id, Registry.PartitionCount))!;
        view.Store!.Advance(new LogTime(1_000_000 * ++offset), new Cause(view.Partition, offset));
        write(new SentMessage()).MergeInto(view.Store, id, new Cause(view.Partition, offset));
        view.Store.Commit();
        view.ProcessedOffset++;
        view.CommittedOffset++;
    }

    public Task<Wire.CountResponse> CountAsync(Wire.CountRequest request) =>
        client.CountAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.GetResponse> GetAsync(Wire.GetRequest request) =>
        client.GetAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.ListResponse> ListAsync(Wire.ListRequest request) =>
        client.ListAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public async Task<List<Wire.ListResponse>> StreamListAsync(Wire.ListRequest request)
    {
        using var call = client.StreamList(request, cancellationToken: TestContext.Current.CancellationToken);
        return await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    public Task<Wire.StatsResponse> StatsAsync(Wire.StatsRequest request) =>
        client.StatsAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.GroupResponse> GroupAsync(Wire.GroupRequest request) =>
        client.GroupAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.TagResponse> AddTagAsync(Wire.TagRequest request) =>
        client.AddTagAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.TagResponse> RemoveTagAsync(Wire.TagRequest request) =>
        client.RemoveTagAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public Task<Wire.CloseResponse> CloseAsync(Wire.CloseRequest request) =>
        client.CloseDialogsAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    public AsyncServerStreamingCall<Wire.WatchResponse> Watch(Wire.WatchRequest request) =>
        client.Watch(request, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Any bytes as a request.</summary>
    public Task<byte[]> SendAsync(string method, byte[] request)
    {
        var asIs = Marshallers.Create(bytes => bytes, bytes => bytes);
        var rpc = new Method<byte[], byte[]>(MethodType.Unary, "dlgs.streams.v1.DialogQuery", method, asIs, asIs);
        var options = new CallOptions(cancellationToken: TestContext.Current.CancellationToken);
        var call = Channel.CreateCallInvoker().AsyncUnaryCall(rpc, null, options, request);
        return call.ResponseAsync;
    }

    /// <summary>By the service, or by a part of it that is asked without it.</summary>
    public static async Task<Status> RefusedAsync(Task query) =>
        await Assert.ThrowsAnyAsync<Exception>(() => query) is QueryRefusal refusal
            ? refusal.ToRpc().Status
            : (await Assert.ThrowsAsync<RpcException>(() => query)).Status;

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Appends.Dispose();
        await app.DisposeAsync();
    }
}
