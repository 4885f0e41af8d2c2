using Dlgs.Streams.Answers;
using Microsoft.AspNetCore.Http.Features;

namespace Dlgs.Streams.Http;

/// <summary>The Call-ID at the end of a path.</summary>
internal static class CallIdPath
{
    private const string Before = "/v1/dialogs/";

    /// <summary>
    /// Out of the request line: the server's path has no %2F apart from a slash, and both may be in a Call-ID (RFC 3261: word [@ word]).
    /// </summary>
    public static string Of(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? target[..query] : target;
        // The server has decoded and shortened a path before it looked for it: what came by another way is none of ours.
        if (!path.StartsWith(Before, StringComparison.OrdinalIgnoreCase))
            throw QueryRefusal.NotFound("The path is /v1/dialogs/ and a Call-ID, percent-encoded.");
        return PercentText.Decode(path.AsSpan(Before.Length));
    }
}
