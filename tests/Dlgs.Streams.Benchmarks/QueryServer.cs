using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Benchmarks;

/// <summary>The query service over stores that were filled before; beside it on the same port an echo: gRPC, and nothing else.</summary>
internal sealed class QueryServer : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> AsIs = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> CountMethod = Unary(DialogQuery.Descriptor.FullName, "Count");
    private static readonly Method<byte[], byte[]> EchoMethod = Unary("Bare", "Echo");

    private readonly WebApplication app;
    private readonly GrpcChannel channel;

    private QueryServer(WebApplication app)
    {
        this.app = app;
        UnaryServerMethod<byte[], byte[]> echo = (_, _) => Task.FromResult(EchoAnswer);
        app.MapGrpcService(_ => ServerServiceDefinition.CreateBuilder().AddMethod(EchoMethod, echo).Build());
        app.MapSurfaces();
        app.Start();
        channel = GrpcChannel.ForAddress(app.Urls.First());
    }

    /// <summary>What the echo says, whatever it hears.</summary>
    public byte[] EchoAnswer { get; set; } = [];

    /// <summary>The answers themselves, without gRPC.</summary>
    public DialogAnswers Answers => app.Services.GetRequiredService<DialogAnswers>();

    public static QueryServer Start(DialogStore[] stores)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection([new("embedded", "true"), new("grpc", "http://127.0.0.1:0"), new("http", "http://127.0.0.1:0")]);
        builder.Logging.AddServiceLog(builder.Configuration);
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddSingleton(RegistryOf(stores));
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

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }

    private async Task<byte[]> CallAsync(Method<byte[], byte[]> method, byte[] request)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, request);
        return await call.ResponseAsync;
    }

    private static Method<byte[], byte[]> Unary(string service, string name) => new(MethodType.Unary, service, name, AsIs, AsIs);

    private static PartitionRegistry RegistryOf(DialogStore[] stores)
    {
        var registry = new PartitionRegistry(proofLifetime: TimeSpan.FromDays(1), TimeProvider.System)
        {
            PartitionCount = stores.Length, InputId = "nC2YvWWnSEGf4uTP7G4nIg",
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
