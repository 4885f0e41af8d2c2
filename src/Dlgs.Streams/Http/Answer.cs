using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Http;

/// <summary>An answer as it goes out: JSON, a header that says what it lacks, and 206 where that was asked for.</summary>
internal sealed class Answer(byte[] body, string mediaType, Coverage? coverage = null, bool isPartialTold = false) : IResult
{
    public const string MissingHeader = "Dlgs-Missing-Partitions";

    private const string Text = "text/plain; charset=utf-8";

    /// <summary>Numbers: with zeros, as they are what was asked for.</summary>
    public static Answer Whole(IMessage message, Coverage coverage, bool isPartialTold = false) =>
        new(ProtobufJson.WriteWhole(message), ProtobufJson.MediaType, coverage, isPartialTold);

    public static Answer Of(IMessage message, Coverage? coverage = null, bool isPartialTold = false) =>
        new(ProtobufJson.Write(message), ProtobufJson.MediaType, coverage, isPartialTold);

    /// <summary>The bare numbers, one a line.</summary>
    public static Answer Numbers(IEnumerable<long> counts, Coverage coverage, bool isPartialTold) =>
        new(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', counts.Select(count => count.ToString(CultureInfo.InvariantCulture))) + "\n"),
            Text, coverage, isPartialTold);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (coverage is { Complete: false })
        {
            response.Headers[MissingHeader] = string.Join(',', coverage.MissingPartitions);
            if (isPartialTold) response.StatusCode = StatusCodes.Status206PartialContent;
        }
        // Counts are of this moment.
        response.Headers.CacheControl = "no-store";
        response.ContentType = mediaType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
