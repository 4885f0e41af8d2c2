using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>
/// JSON-RPC 2.0 as Kamailio's jsonrpcs speaks it, which answers a call without an id, too. Batches, which it does not know, are as the specification
/// has them.
/// </summary>
internal sealed partial class RpcRoute(
    DlgsMethods methods, QueryMetrics metrics, CallerLimits limits, Problems problems, TimeProvider time, ILogger<RpcRoute> logger)
{
    public const string Path = "/RPC";

    /// <summary>For all that one request asks for: a list of some million dialogs.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(5);

    public async Task AnswerAsync(HttpContext context)
    {
        var body = RpcBody.Read(await JsonBody.ReadAsync(context));
        using var limit = new CancellationTokenSource(MaxTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, limit.Token);
        using var reply = new RpcReply(context.Response);
        try
        {
            if (body.IsBatch) await AnswerBatchAsync(body.Calls, reply, context, either.Token);
            else await AnswerOneAsync(body.Calls[0], reply, context, either.Token);
        }
        catch (Exception e)
        {
            // Of a list a part may have been sent. Broken off it is no JSON, and nobody takes it for all there is; but nobody can be told why.
            var why = limit.IsCancellationRequested ? $"it took more than {MaxTime.TotalMinutes} min" : e is QueryRefusal ? e.Message : "the program failed";
            if (!context.RequestAborted.IsCancellationRequested) LogBrokenOff(logger, e is QueryRefusal or OperationCanceledException ? null : e, why);
            context.Abort();
        }
    }

    private async Task AnswerOneAsync(RpcRequest call, RpcReply reply, HttpContext context, CancellationToken cancellation)
    {
        if (await AnswerAsync(call, reply, context, cancellation) is { } fault) context.Response.StatusCode = fault.HttpStatus;
        await reply.EndAsync(cancellation);
    }

    private async Task AnswerBatchAsync(RpcRequest[] calls, RpcReply reply, HttpContext context, CancellationToken cancellation)
    {
        // A call without an id wants no answer, and nothing but answers comes of ours.
        RpcRequest[] asked = [.. calls.Where(call => call.Id is not null)];
        if (asked.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        reply.Json.WriteStartArray();
        foreach (var call in asked) await AnswerAsync(call, reply, context, cancellation);
        reply.Json.WriteEndArray();
        await reply.EndAsync(cancellation);
    }

    /// <summary>Why it has no result; null: it has.</summary>
    private async Task<RpcFault?> AnswerAsync(RpcRequest call, RpcReply reply, HttpContext context, CancellationToken cancellation)
    {
        var rpc = DlgsMethods.Asks(call.Method);
        if (rpc?.Need() is { } need && Entrance.Check(context, need, call.Method) is { } refusal)
        {
            var forbidden = RpcFault.Of(refusal);
            reply.Write(call.Id, forbidden);
            return forbidden;
        }
        var asked = rpc is { } begun ? metrics.Begin(Surface.JsonRpc, begun) : default;
        try
        {
            var (result, fault) = await FindAsync(call, rpc, asked, context, cancellation);
            if (fault is not null)
            {
                reply.Write(call.Id, fault);
                return fault;
            }
            await reply.WriteAsync(call.Id, result!, cancellation);
            asked.Answered();
            return null;
        }
        catch (Exception e)
        {
            asked.Failed(e, context.RequestAborted);
            throw;
        }
    }

    private async Task<(WriteResult? Result, RpcFault? Fault)> FindAsync(
        RpcRequest call, Rpc? rpc, QueryMetrics.AskedQuery asked, HttpContext context, CancellationToken cancellation)
    {
        if (call.Fault is { } none) return (null, none);
        try
        {
            // The pages that follow the first of a list are counted as scans.
            using var place = rpc is { } entering ? limits.Enter(Identity.Of(context), entering) : null;
            return (await methods.AnswerAsync(call, Caller.Of(context) with { Gone = cancellation }), null);
        }
        catch (RpcFault fault)
        {
            asked.Refused(RefusalKind.Argument);
            return (null, fault);
        }
        catch (QueryRefusal refusal)
        {
            asked.Refused(refusal.Kind);
            return (null, RpcFault.Of(refusal));
        }
        catch (Exception e)
        {
            asked.Failed(e, context.RequestAborted);
            return (null, RpcFault.Of(problems.ToProblem(e, context).Detail!));
        }
    }

    [LoggerMessage(74, LogLevel.Warning, "An answer to a call by JSON-RPC was broken off after its beginning had been sent: {Why}")]
    private static partial void LogBrokenOff(ILogger logger, Exception? failure, string why);
}
