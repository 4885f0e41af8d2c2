using System.Text.Json;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>What a body asks for: one call, or a batch of them. What is neither is a call that has a fault.</summary>
internal sealed record RpcBody(RpcRequest[] Calls, bool IsBatch)
{
    /// <summary>They are answered one after the other.</summary>
    private const int MaxBatch = 100;

    /// <summary>A name that is there twice is one thing to whoever checks it, and another to whoever acts on it.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="text">Null: it is not in UTF-8.</param>
    public static RpcBody Read(string? text)
    {
        try
        {
            return text is null ? None(RpcFault.NoJson("JSON in UTF-8.")) : Read(JsonElement.Parse(text, Strict));
        }
        catch (JsonException e)
        {
            return None(RpcFault.NoJson(e.Message));
        }
    }

    private static RpcBody Read(JsonElement body) =>
        body.ValueKind != JsonValueKind.Array ? new RpcBody([RpcRequest.Read(body)], IsBatch: false)
        : body.GetArrayLength() is 0 or > MaxBatch ? None(RpcFault.NoRequest($"1 to {MaxBatch} calls in a batch."))
        : new RpcBody([.. body.EnumerateArray().Select(RpcRequest.Read)], IsBatch: true);

    private static RpcBody None(RpcFault fault) => new([RpcRequest.None(id: null, fault)], IsBatch: false);
}
