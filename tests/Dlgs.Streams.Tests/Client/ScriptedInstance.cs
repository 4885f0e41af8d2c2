using System.Collections.Concurrent;
using System.Net;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Tests.Grpc;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dlgs.Streams.Tests.Client;

/// <summary>An instance that does what a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedInstance : DialogQuery.DialogQueryBase, IAsyncDisposable
{
    private readonly ConcurrentQueue<IMessage> asked = [];
    private WebApplication app = null!;

    /// <summary>What it does before it answers.</summary>
    public Func<ServerCallContext, Task> Does { get; set; } = Answers;

    public IReadOnlyCollection<IMessage> Asked => asked;

    /// <summary>By which callers said who they are: subjects of certificates, and what stood in the header.</summary>
    public ConcurrentQueue<string> Shown { get; } = [];

    public string Address => app.Urls.Single();

    public int Port => new Uri(Address).Port;

    public static async Task<ScriptedInstance> StartAsync(IPEndPoint? at = null, Action<ListenOptions>? listen = null)
    {
        var instance = new ScriptedInstance();
        instance.app = await ScriptedServer.StartAsync(instance, at, listen);
        return instance;
    }

    public override Task<CountResponse> Count(CountRequest request, ServerCallContext context) => AnswerAsync<CountResponse>(request, context);

    public override Task<TagResponse> AddTag(TagRequest request, ServerCallContext context) => AnswerAsync<TagResponse>(request, context);

    public override Task<CloseResponse> CloseDialogs(CloseRequest request, ServerCallContext context) => AnswerAsync<CloseResponse>(request, context);

    /// <summary>One response, then what the script says, then the end of the stream.</summary>
    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        asked.Enqueue(request);
        await responseStream.WriteAsync(new WatchResponse { Position = ByteString.CopyFromUtf8(Address) });
        await Does(context);
    }

    public static Task Answers(ServerCallContext context) => Task.CompletedTask;

    public static Task IsNotReady(ServerCallContext context) => throw QueryRefusal.Unavailable("It starts.").ToRpc();

    public static Task LacksPartitions(ServerCallContext context) => throw QueryRefusal.Incomplete([3, 5], "3 and 5 do not answer.").ToRpc();

    /// <summary>In the middle of the question, as one whose process dies.</summary>
    public static Task BreaksOff(ServerCallContext context)
    {
        context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();
        return IsSilent(context);
    }

    /// <summary>Until its caller is gone.</summary>
    public static Task IsSilent(ServerCallContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<TAnswer> AnswerAsync<TAnswer>(IMessage request, ServerCallContext context)
        where TAnswer : new()
    {
        asked.Enqueue(request);
        if (context.GetHttpContext().Connection.ClientCertificate is { } certificate) Shown.Enqueue(certificate.Subject);
        if (context.RequestHeaders.GetValue("authorization") is { } token) Shown.Enqueue(token);
        await Does(context);
        return new TAnswer();
    }
}
