using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc.Peers;
using Google.Protobuf;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>
/// Binds the services so that a refusal has gRPC's status, and bytes which are no request are one too, with a line at debug level. Left to
/// itself, gRPC takes an exception for the service's own, with status UNKNOWN and a stack trace in the log for whoever sends garbage.
/// </summary>
internal sealed partial class RequestReading(QueryMetrics metrics, CallerLimits limits, ILogger<RequestReading> logger) : ServiceBinderBase
{
    private readonly ServerServiceDefinition.Builder definition = ServerServiceDefinition.CreateBuilder();

    public static ServerServiceDefinition Bind(IServiceProvider services)
    {
        var binder = ActivatorUtilities.CreateInstance<RequestReading>(services);
        DialogQuery.BindService(binder, services.GetRequiredService<DialogQueryService>());
        InstanceControl.BindService(binder, services.GetRequiredService<InstanceControlService>());
        return binder.definition.Build();
    }

    public static ServerServiceDefinition BindPeers(IServiceProvider services)
    {
        var binder = ActivatorUtilities.CreateInstance<RequestReading>(services);
        DialogPeer.BindService(binder, services.GetRequiredService<DialogPeerService>());
        return binder.definition.Build();
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var rpc = RpcOf(method.Name);
        definition.AddMethod(Careful(method), AnswerAsync);

        async Task<TResponse> AnswerAsync(TRequest request, ServerCallContext context)
        {
            var asked = Begin(rpc);
            try
            {
                Enter(rpc, context);
                var response = await handler!(request, context);
                asked.Answered();
                return response;
            }
            catch (Exception e)
            {
                asked.Failed(e, context.CancellationToken);
                throw ToRpc(e, method.FullName, context);
            }
        }
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var rpc = RpcOf(method.Name);
        definition.AddMethod(Careful(method), AnswerAsync);

        async Task AnswerAsync(TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
        {
            var asked = Begin(rpc);
            try
            {
                Enter(rpc, context);
                await handler!(request, responses, context);
                asked.Answered();
            }
            catch (Exception e)
            {
                asked.Failed(e, context.CancellationToken);
                throw ToRpc(e, method.FullName, context);
            }
        }
    }

    /// <summary>Of peers alone, which ask no <see cref="Rpc"/>.</summary>
    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        definition.AddMethod(Careful(method), AnswerAsync);

        async Task AnswerAsync(IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context)
        {
            try
            {
                await handler!(requests, responses, context);
            }
            catch (IOException)
            {
                throw GoneToRpc();
            }
            catch (Exception e)
            {
                throw ToRpc(e, method.FullName, context);
            }
        }
    }

    /// <summary>What is our fault is in the log, here alone; what a caller does is not, going away in the middle included.</summary>
    private RpcException ToRpc(Exception failure, string method, ServerCallContext context)
    {
        if (failure is QueryRefusal refusal) return refusal.ToRpc();
        if (failure is RpcException known) return known;
        if (context.CancellationToken.IsCancellationRequested) return GoneToRpc();
        LogFailed(logger, failure, method);
        return new RpcException(new Status(StatusCode.Internal, "The program failed on this request; the instance's log says on what."));
    }

    private static RpcException GoneToRpc() => new(new Status(StatusCode.Cancelled, "The caller has gone."));

    /// <summary>Null: it is no query.</summary>
    private static Rpc? RpcOf(string method) => Enum.TryParse<Rpc>(method, out var rpc) ? rpc : null;

    private QueryMetrics.AskedQuery Begin(Rpc? rpc) => rpc is { } query ? metrics.Begin(Surface.Grpc, query) : default;

    private void Enter(Rpc? rpc, ServerCallContext context)
    {
        if (rpc is { } query) limits.Enter(context.GetHttpContext(), query);
    }

    private Method<TRequest, TResponse> Careful<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var requests = new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, context => Read(method, context));
        return new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, requests, method.ResponseMarshaller);
    }

    private TRequest Read<TRequest, TResponse>(Method<TRequest, TResponse> method, DeserializationContext context)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            return method.RequestMarshaller.ContextualDeserializer(context);
        }
        catch (InvalidProtocolBufferException e)
        {
            LogMalformed(logger, method.FullName, e.Message);
            Begin(RpcOf(method.Name)).Refused(RefusalKind.Argument);
            throw QueryRefusal.Argument("request", $"a {typeof(TRequest).Name} in the protobuf wire format; its bytes are none.").ToRpc();
        }
    }

    [LoggerMessage(61, LogLevel.Error, "The program failed on a request to {Method}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string method);

    [LoggerMessage(60, LogLevel.Debug, "A request to {Method} was no message: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string method, string reason);
}
