using System.Globalization;
using Dlgs.Streams.Access;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>A caller that is not let in, in gRPC's form: a status without an answer. To what is no gRPC, HTTP's.</summary>
internal static class AccessRefusals
{
    private const string GrpcType = "application/grpc";

    public static Task WriteAsync(HttpContext context, AccessRefusal refusal)
    {
        var response = context.Response;
        if (refusal.Challenge is { } challenge) response.Headers.WWWAuthenticate = challenge;
        if (context.Request.ContentType?.StartsWith(GrpcType, StringComparison.OrdinalIgnoreCase) != true)
        {
            response.StatusCode = refusal.Status;
            return Task.CompletedTask;
        }
        response.ContentType = GrpcType;
        response.Headers["grpc-status"] = ((int)CodeOf(refusal.Status)).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Words).Replace("%20", " ", StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    private static StatusCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        _ => StatusCode.Unavailable,
    };
}
