using System.Text;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Benchmarks;

/// <summary>The query service over stores that were filled before; beside it on the same ports echoes: gRPC or a minimal API, and nothing else.</summary>
internal sealed class QueryServer : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> AsIs = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> CountMethod = Unary(DialogQuery.Descriptor.FullName, "Count");
    private static readonly Method<byte[], byte[]> ListMethod = new(MethodType.ServerStreaming, DialogQuery.Descriptor.FullName, "StreamList", AsIs, AsIs);
    private static readonly Method<byte[], byte[]> EchoMethod = Unary("Bare", "Echo");
    private static readonly Method<byte[], byte[]> EchoesMethod = new(MethodType.ServerStreaming, "Bare", "Echoes", AsIs, AsIs);

    private readonly WebApplication app;
    private readonly GrpcChannel channel;
    private readonly HttpClient http;

    private QueryServer(WebApplication app)
    {
        this.app = app;
        UnaryServerMethod<byte[], byte[]> echo = (_, _) => Task.FromResult(EchoAnswer);
        ServerStreamingServerMethod<byte[], byte[]> echoes = async (_, stream, _) =>
        {
            foreach (var answer in EchoAnswers) await stream.WriteAsync(answer);
        };
        app.MapGrpcService(_ => ServerServiceDefinition.CreateBuilder().AddMethod(EchoMethod, echo).AddMethod(EchoesMethod, echoes).Build());
        app.MapGet("/echo", (string field, string op, string value) => Results.Bytes(EchoAnswer, "application/json"));
        app.MapSurfaces();
        app.Start();
        channel = GrpcChannel.ForAddress(app.Urls.First(), new GrpcChannelOptions { MaxReceiveMessageSize = null });
        http = new HttpClient { BaseAddress = new Uri(app.Urls.ElementAt(1)) };
    }

    /// <summary>What the echo says, whatever it hears.</summary>
    public byte[] EchoAnswer { get; set; } = [];

    /// <summary>What it says as a stream.</summary>
    public IReadOnlyList<byte[]> EchoAnswers { get; set; } = [];

    /// <summary>Where other instances ask it, if it has such a port; it is the last one.</summary>
    public string PeerAddress => app.Urls.Last();

    /// <summary>How many others it asks.</summary>
    public int Peers => app.Services.GetRequiredService<Membership>().Up.Count;

    /// <summary>The answers themselves, without gRPC.</summary>
    public DialogAnswers Answers => app.Services.GetRequiredService<DialogAnswers>();

    public static QueryServer Start(DialogStore[] stores) => Start(stores, stores.Length);

    /// <summary>One of several instances, which has some of the partitions.</summary>
    public static QueryServer Start(DialogStore[] stores, int partitions, params KeyValuePair<string, string?>[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(
        [
            new("embedded", "true"), new("grpc", "http://127.0.0.1:0"), new("http", "http://127.0.0.1:0"), new("log_level", "error"),
            // It asks as fast as it can.
            new("caller_rate", "0"), .. settings,
        ]);
        builder.Logging.AddServiceLog(builder.Configuration);
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddSingleton(RegistryOf(stores, partitions));
        builder.Services.AddSingleton<FindInputEnd>((_, _) => Task.FromResult<long?>(null));
        builder.Services.AddSingleton<AppendEvent>((_, _) => throw new NotSupportedException());
        builder.Services.AddSingleton<LeaveGroup>(() => throw new NotSupportedException());
        builder.Services.AddSingleton<ICommittedChanges, NoChanges>();
        builder.Services.AddPeers();
        builder.Services.AddAnswers();
        builder.AddSurfaces();
        return new QueryServer(builder.Build());
    }

    public Task<byte[]> CountAsync(byte[] request) => CallAsync(CountMethod, request);

    public Task<byte[]> EchoAsync(byte[] request) => CallAsync(EchoMethod, request);

    public Task<List<byte[]>> ListAsync(byte[] request) => StreamAsync(ListMethod, request);

    public Task<List<byte[]>> EchoesAsync(byte[] request) => StreamAsync(EchoesMethod, request);

    public Task<byte[]> CountByHttpAsync(byte[] query) => http.GetByteArrayAsync("/v1/count" + Encoding.UTF8.GetString(query));

    public Task<byte[]> EchoByHttpAsync(byte[] query) => http.GetByteArrayAsync("/echo" + Encoding.UTF8.GetString(query));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        channel.Dispose();
        await app.DisposeAsync();
    }

    private async Task<byte[]> CallAsync(Method<byte[], byte[]> method, byte[] request)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, request);
        return await call.ResponseAsync;
    }

    private async Task<List<byte[]>> StreamAsync(Method<byte[], byte[]> method, byte[] request)
    {
        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, default, request);
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private static Method<byte[], byte[]> Unary(string service, string name) => new(MethodType.Unary, service, name, AsIs, AsIs);

    private static PartitionRegistry RegistryOf(DialogStore[] stores, int partitions)
    {
        var registry = new PartitionRegistry(proofLifetime: TimeSpan.FromDays(1), TimeProvider.System)
        {
            PartitionCount = partitions, InputId = "nC2YvWWnSEGf4uTP7G4nIg",
        };
        foreach (var store in stores)
        {
            var view = new PartitionView(store.Partition)
            {
                Generation = 1, ProcessedOffset = 1_000_000_000 + store.Partition * 7_919, Store = store, ProvenAt = TimeProvider.System.GetTimestamp(),
            };
            view.MoveTo(PartitionPhase.Active);
            registry.Add(view);
        }
        return registry;
    }

    private sealed class NoChanges : ICommittedChanges
    {
        public IChangeFeed Follow(IReadOnlyCollection<PartitionPosition> positions) => throw new NotSupportedException();
    }
}
