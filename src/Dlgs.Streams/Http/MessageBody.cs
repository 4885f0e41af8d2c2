using System.Reflection;
using Dlgs.Streams.Answers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Metadata;

namespace Dlgs.Streams.Http;

/// <summary>A message in the body of a request.</summary>
internal sealed record MessageBody<T>(T Message) : IBindableFromHttpContext<MessageBody<T>>, IEndpointParameterMetadataProvider
    where T : class, IMessage<T>, new()
{
    public static async ValueTask<MessageBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        await JsonBody.ReadAsync(context) is { } text
            ? new MessageBody<T>(ProtobufJson.Read<T>(text))
            : throw QueryRefusal.Argument("body", "JSON in UTF-8.");

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([ProtobufJson.MediaType], typeof(T)));
}
