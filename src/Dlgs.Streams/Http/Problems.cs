using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>The one place where a refusal becomes HTTP's: a status, and problem details (RFC 9457) with the field and what is allowed.</summary>
internal sealed partial class Problems(IProblemDetailsService writer, ILogger<Problems> logger) : IExceptionHandler
{
    /// <summary>The caller has gone: nobody reads it, logs of proxies have it (nginx's number).</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>After a refusal that is about load or moving partitions.</summary>
    private const string RetryAfterSeconds = "1";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = ToProblem(exception, httpContext);
        httpContext.Response.StatusCode = problem.Status!.Value;
        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await writer.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    /// <summary>What is our fault is in the log, here alone; what a caller does is not, going away in the middle included.</summary>
    public ProblemDetails ToProblem(Exception exception, HttpContext context)
    {
        if (exception is QueryRefusal refusal) return ToProblem(refusal, context);
        // The body was too large, or ended early.
        if (exception is BadHttpRequestException bad) return new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message };
        if (context.RequestAborted.IsCancellationRequested) return new ProblemDetails { Status = ClientClosedRequest, Detail = "The caller has gone." };
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        LogFailed(logger, exception, context.Request.Method, endpoint?.DisplayName);
        return new ProblemDetails
        {
            Status = StatusCodes.Status500InternalServerError,
            Detail = "The program failed on this request; the instance's log says on what.",
        };
    }

    /// <summary>A caller that is not let in.</summary>
    public static async Task WriteAsync(HttpContext context, AccessRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        if (refusal.Challenge is { } challenge) context.Response.Headers.WWWAuthenticate = challenge;
        var problem = new ProblemDetails { Status = refusal.Status, Detail = refusal.Words };
        // Who takes no JSON has the status.
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    /// <summary>What the server itself refuses has words of ours too; nobody traces here.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Type = null;
        problem.Extensions.Remove("traceId");
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status404NotFound => $"No such path here; {ApiDocument.Path} on the port of http has them all.",
            StatusCodes.Status405MethodNotAllowed => $"This path has other methods: {context.HttpContext.Response.Headers.Allow}.",
            StatusCodes.Status415UnsupportedMediaType => $"Content-Type: {ProtobufJson.MediaType}.",
            _ => null,
        };
    }

    private static ProblemDetails ToProblem(QueryRefusal refusal, HttpContext context)
    {
        var problem = new ProblemDetails { Status = StatusOf(refusal.Kind), Detail = refusal.Message };
        if (refusal.Field is { } field)
        {
            var name = FieldNames.Of(field, context);
            problem.Detail = $"{name}: {refusal.Allowed}";
            problem.Extensions["field"] = name;
            problem.Extensions["allowed"] = refusal.Allowed;
        }
        if (refusal.Missing.Count > 0) problem.Extensions["missingPartitions"] = refusal.Missing;
        return problem;
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Argument => StatusCodes.Status400BadRequest,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        RefusalKind.Exhausted => StatusCodes.Status429TooManyRequests,
        RefusalKind.TimedOut => StatusCodes.Status504GatewayTimeout,
        RefusalKind.CallerGone => ClientClosedRequest,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.NotTaken => StatusCodes.Status409Conflict,
        RefusalKind.Deleted => StatusCodes.Status410Gone,
    };

    [LoggerMessage(62, LogLevel.Error, "The program failed on a request by HTTP, {Method} {Endpoint}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string method, string? endpoint);
}
