using System.Net;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>
/// On loopback without TLS, answers only who names this host by an address or as localhost. A page of some web site that a browser here has open
/// may have its name point at 127.0.0.1, and would be told who calls whom (DNS rebinding).
/// </summary>
internal sealed class KnownHosts(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, IProblemDetailsService problems)
    {
        if (context.Request.IsHttps || context.Connection.LocalIpAddress is not { } at || !IPAddress.IsLoopback(at) || IsKnown(context.Request.Host.Host))
        {
            await next(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        var words = new ProblemDetails { Detail = "Host: an IP address or localhost. Another name needs TLS (http_certificate, http_key)." };
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = words });
    }

    private static bool IsKnown(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
