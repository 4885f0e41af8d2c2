using System.Text;
using Microsoft.Net.Http.Headers;

namespace Dlgs.Streams.Http;

/// <summary>
/// The text of a body. It has to be called JSON: a web page can have a browser send anything else to this port, unasked (CORS' simple requests).
/// </summary>
internal static class JsonBody
{
    /// <summary>What some clients of JSON-RPC say, and no web page can unasked.</summary>
    private const string JsonRpc = "application/json-rpc";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null: it is not in UTF-8.</summary>
    public static async Task<string?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType() && !IsJsonRpc(context.Request.ContentType))
            throw new BadHttpRequestException($"Content-Type: {ProtobufJson.MediaType}.", StatusCodes.Status415UnsupportedMediaType);
        using var reader = new StreamReader(context.Request.Body, Strict);
        try
        {
            return await reader.ReadToEndAsync(context.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsJsonRpc(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var named) && named.MediaType.Equals(JsonRpc, StringComparison.OrdinalIgnoreCase);
}
