using System.Text.Json;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>One call.</summary>
/// <param name="Id">As it was written, whatever it is; null: there is none.</param>
/// <param name="Method">Its name.</param>
/// <param name="Parameters">In their order. Those of an object count by their order too, as jsonrpcs has it.</param>
internal sealed record RpcRequest(string? Id, string Method, IReadOnlyList<JsonElement> Parameters)
{
    /// <summary>Why it is no call; null: it is one.</summary>
    public RpcFault? Fault { get; private init; }

    public static RpcRequest Read(JsonElement call)
    {
        var id = Member(call, "id")?.GetRawText();
        if (call.ValueKind != JsonValueKind.Object) return None(id, RpcFault.NoRequest("an object, or an array of them."));
        if (Member(call, "jsonrpc")?.ToText() != "2.0") return None(id, RpcFault.NoRequest("jsonrpc: \"2.0\"."));
        if (Member(call, "method")?.ToText() is not { } method) return None(id, RpcFault.NoRequest("method: a string."));
        return Member(call, "params") switch
        {
            null or { ValueKind: JsonValueKind.Null } => new RpcRequest(id, method, []),
            { ValueKind: JsonValueKind.Array } list => new RpcRequest(id, method, [.. list.EnumerateArray()]),
            { ValueKind: JsonValueKind.Object } named => new RpcRequest(id, method, [.. named.EnumerateObject().Select(each => each.Value)]),
            _ => None(id, RpcFault.NoRequest("params: an array.")),
        };
    }

    /// <summary>What is no call is answered too, and with an id.</summary>
    public static RpcRequest None(string? id, RpcFault fault) => new(id ?? "null", "", []) { Fault = fault };

    private static JsonElement? Member(JsonElement call, string name) =>
        call.ValueKind == JsonValueKind.Object && call.TryGetProperty(name, out var member) ? member : null;
}
