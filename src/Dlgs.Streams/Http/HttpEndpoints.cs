using Dlgs.Streams.Access;
using Dlgs.Streams.Http.JsonRpc;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Http.Metadata;

namespace Dlgs.Streams.Http;

/// <summary>The HTTP surface: queries as JSON, what an operator does, the stream of changes, and their description.</summary>
internal static class HttpEndpoints
{
    /// <summary>Bytes of a body, at most: 128 filters of 1 KiB and some.</summary>
    private const int MaxBodyBytes = 256 * 1024;

    public static IServiceCollection AddHttpQueries(this IServiceCollection services)
    {
        services.AddRoutingCore();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        services.AddSingleton<Problems>().AddExceptionHandler<Problems>();
        services.AddSingleton<DlgsMethods>().AddSingleton<RpcRoute>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        return services.AddApiDocument();
    }

    /// <summary>Only where queries are: probes and metrics say nothing of anybody, and are asked for under any name.</summary>
    public static void UseKnownHosts(this IApplicationBuilder http) => http.UseMiddleware<KnownHosts>();

    /// <summary>What each request by HTTP goes through: whatever fails comes out as a problem (RFC 9457).</summary>
    public static void UseHttpAnswers(this IApplicationBuilder http)
    {
        http.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        http.UseStatusCodePages();
        http.UseMiddleware<RawQuery>();
        http.UseMiddleware<CountedQueries>();
    }

    public static void MapHttpQueries(this IEndpointRouteBuilder endpoints)
    {
        var bounded = endpoints.MapGroup("").WithMetadata(new BodyLimit());
        var v1 = bounded.MapGroup("/v1").AddEndpointFilterFactory(KnownParameters.Of);
        v1.MapQueries();
        v1.MapOperations();
        v1.MapWatch();
        bounded.MapPost(RpcRoute.Path, (HttpContext context, RpcRoute route) => route.AnswerAsync(context)).WithTags("Kamailio")
            .Needs(Roles.Count | Roles.Read).WithSummary("JSON-RPC 2.0: dlgs.list, dlgs.briefing, dlgs.get, dlgs.getall, dlgs.count, dlgs.stats.");
        endpoints.MapApiDocument();
    }

    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => MaxBodyBytes;
    }
}
