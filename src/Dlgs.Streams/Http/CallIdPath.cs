using Microsoft.AspNetCore.Http.Features;

namespace Dlgs.Streams.Http;

/// <summary>The Call-ID at the end of a path.</summary>
internal static class CallIdPath
{
    private const string Before = "/dialogs/";

    /// <summary>
    /// Out of the request line: the server's path has no %2F apart from a slash, and both may be in a Call-ID (RFC 3261: word [@ word]).
    /// </summary>
    public static string Of(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? target[..query] : target;
        return Uri.UnescapeDataString(path[(path.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..]);
    }
}
