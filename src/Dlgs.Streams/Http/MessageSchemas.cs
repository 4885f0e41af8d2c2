using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;

namespace Dlgs.Streams.Http;

/// <summary>The protocol's messages as JSON schemas, by protobuf's mapping to JSON.</summary>
internal static class MessageSchemas
{
    /// <summary>Each message of the query protocol, and those that it is made of, by name.</summary>
    public static Dictionary<string, IOpenApiSchema> All(OpenApiDocument document)
    {
        var schemas = new Dictionary<string, IOpenApiSchema>();
        foreach (var message in DialogQueryReflection.Descriptor.MessageTypes) Add(message);
        return schemas;

        void Add(MessageDescriptor message)
        {
            if (schemas.ContainsKey(message.Name)) return;
            var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>() };
            schemas[message.Name] = schema;
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                if (field.FieldType == FieldType.Message && !IsWellKnown(field.MessageType)) Add(field.MessageType);
                var one = Of(field, document);
                schema.Properties[field.JsonName] = field.IsRepeated ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one;
            }
        }
    }

    private static bool IsWellKnown(MessageDescriptor message) => message.File.Package == "google.protobuf";

    private static IOpenApiSchema Of(FieldDescriptor field, OpenApiDocument document) => field.FieldType switch
    {
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        FieldType.Int32 or FieldType.UInt32 => new OpenApiSchema { Type = JsonSchemaType.Integer },
        FieldType.Int64 or FieldType.UInt64 => new OpenApiSchema { Type = JsonSchemaType.String, Format = "int64" },
        FieldType.Bytes => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
        FieldType.Enum => new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. field.EnumType.Values.Select(value => (JsonNode)JsonValue.Create(value.Name))],
        },
        FieldType.Message when field.MessageType.Name == "Timestamp" => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
        FieldType.Message when IsWellKnown(field.MessageType) => new OpenApiSchema { Type = JsonSchemaType.String },
        FieldType.Message => new OpenApiSchemaReference(field.MessageType.Name, document),
        _ => new OpenApiSchema { Type = JsonSchemaType.String },
    };

    /// <summary>Keeps .NET's JSON from describing a message by its properties.</summary>
    internal sealed class Opaque : JsonConverter<IMessage>
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(IMessage));

        public override IMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, IMessage value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
