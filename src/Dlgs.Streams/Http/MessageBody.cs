using System.Reflection;
using System.Text;
using Dlgs.Streams.Answers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Metadata;

namespace Dlgs.Streams.Http;

/// <summary>
/// A message in the body of a request. It has to be called JSON: a web page can have a browser send anything else to this port, unasked
/// (CORS' simple requests).
/// </summary>
internal sealed record MessageBody<T>(T Message) : IBindableFromHttpContext<MessageBody<T>>, IEndpointParameterMetadataProvider
    where T : class, IMessage<T>, new()
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async ValueTask<MessageBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException($"Content-Type: {ProtobufJson.MediaType}.", StatusCodes.Status415UnsupportedMediaType);
        using var reader = new StreamReader(context.Request.Body, Strict);
        try
        {
            return new MessageBody<T>(ProtobufJson.Read<T>(await reader.ReadToEndAsync(context.RequestAborted)));
        }
        catch (DecoderFallbackException)
        {
            throw QueryRefusal.Argument("body", "JSON in UTF-8.");
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([ProtobufJson.MediaType], typeof(T)));
}
