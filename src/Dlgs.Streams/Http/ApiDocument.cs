using Dlgs.Streams.Access;
using Google.Protobuf;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dlgs.Streams.Http;

/// <summary>The routes described: OpenAPI, made of the routes themselves and of the protocol's messages.</summary>
internal static class ApiDocument
{
    public const string Path = "/openapi.json";

    private const string ProblemType = "application/problem+json";
    private const string Problem = "ProblemDetails";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        // Messages are no objects of .NET's JSON: their schemas come from their descriptors.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new MessageSchemas.Opaque()));
        return services.AddOpenApi(document =>
        {
            document.AddOperationTransformer(NameMessages);
            document.AddDocumentTransformer(Complete);
        });
    }

    public static void MapApiDocument(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi(Path).NeedsNothing();

    private static Task NameMessages(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        foreach (var response in context.Description.SupportedResponseTypes)
            if (response.Type is { } type && type.IsAssignableTo(typeof(IMessage)))
                Refer(operation.Responses?[$"{response.StatusCode}"]?.Content, type, context.Document!);
        foreach (var body in context.Description.ParameterDescriptions)
            if (body.Type is { } type && type.IsAssignableTo(typeof(IMessage))) Refer(operation.RequestBody?.Content, type, context.Document!);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem (RFC 9457).",
            Content = new Dictionary<string, OpenApiMediaType> { [ProblemType] = new() { Schema = new OpenApiSchemaReference(Problem, context.Document!) } },
        };
        return Task.CompletedTask;
    }

    private static void Refer(IDictionary<string, OpenApiMediaType>? content, Type message, OpenApiDocument document)
    {
        foreach (var (mediaType, described) in content ?? new Dictionary<string, OpenApiMediaType>())
            described.Schema = mediaType == "text/plain"
                ? new OpenApiSchema { Type = JsonSchemaType.String }
                : new OpenApiSchemaReference(message.Name, document);
    }

    private static Task Complete(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo { Title = "Dlgs.Streams", Version = "v1", Description = "Which calls are up, over all SIP proxies of a cluster." };
        // What the Host header says is no address of ours.
        document.Servers = [];
        document.Components = new OpenApiComponents { Schemas = MessageSchemas.All(document) };
        document.Components.Schemas[Problem] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Where it is about a field, field and allowed say which and what; where partitions did not answer, missingPartitions which.",
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["field"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["allowed"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["missingPartitions"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Integer } },
            },
        };
        return Task.CompletedTask;
    }
}
