using System.Text.Json;
using CsCheck;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Http.JsonRpc;

/// <summary>Whatever comes in, JSON comes out.</summary>
public sealed class RpcLaws
{
    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.OneOf(["null", "true", "-0.50", "1E400", "12345678901234567890", "\"\\ud800\"", "\"2.0\"", "\"src\"", "\"any\"", "\"eq\"", "\"re\"", "\"(\""]),
        Gen.Int.Select(number => $"{number}"),
        Gen.String[0, 8].Select(text => JsonSerializer.Serialize(text)));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, nested) => depth > 3 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (1, nested.Array[0, 4].Select(ListOf)),
        (1, nested.Array[0, 5].Select(values => ObjectOf(values.Zip(["params", "id", "jsonrpc", "x", "method"]))))));

    private static readonly Gen<string> Call = Gen.Select(
        Gen.OneOf(["list", "briefing", "get", "getall", "count", "stats", "nothing"]), Json.Array[0, 4], Json, Gen.Bool, (method, parameters, id, hasId) =>
        {
            (string, string)[] members = [("\"2.0\"", "jsonrpc"), ($"\"dlgs.{method}\"", "method"), (ListOf(parameters), "params")];
            return ObjectOf(hasId ? [.. members, (id, "id")] : members);
        });

    private static readonly Gen<string> Body = Gen.Frequency((2, Call), (2, Json), (2, Gen.Frequency((3, Call), (1, Json)).Array[1, 6].Select(ListOf)));

    [Fact]
    public async Task Any_JSON_has_an_answer_in_JSON_with_the_ids_in_their_order_and_nothing_is_logged()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("one");
        using var http = new HttpCaller(host);
        await Body.SampleAsync(async body =>
        {
            var answer = await http.PostAsync("/RPC", body);
            Assert.Equal(IdsOf(body), answer.Status == 204 ? "" : IdsSaid(answer));
        }, iter: 500, threads: 1);
        Assert.DoesNotContain(host.Log.All, record => record.Level >= LogLevel.Warning && !record.Category.Contains("HealthChecks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strings_come_out_as_they_are()
    {
        await using var host = await QueryHost.StartAsync();
        var (callId, src, dst) = ("a\u0001\"\\\u2028", "ü\n\u007f😀+1", "</script>");
        host.Call(callId, src, dst);
        using var http = new HttpCaller(host);
        var answer = await http.PostAsync("/RPC", """{"jsonrpc":"2.0","method":"dlgs.list","id":1}""");
        var row = answer.Json["result"]![0]!;
        Assert.Equal((callId, src, dst), ((string)row["callid"]!, (string)row["src"]!, (string)row["dst"]!));
        Assert.All(answer.Text, letter => Assert.False(char.IsControl(letter)));
    }

    /// <summary>In a batch a call without an id is not answered; alone it is, without one. What is no call is answered always.</summary>
    private static string IdsOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement is { ValueKind: JsonValueKind.Array } batch && batch.GetArrayLength() > 0
            ? string.Join(' ', batch.EnumerateArray().Select(IdOf).Where(id => id != "none"))
            : IdOf(document.RootElement);
    }

    private static string IdOf(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object) return "null";
        if (call.TryGetProperty("id", out var id)) return id.GetRawText();
        return IsCall(call) ? "none" : "null";
    }

    private static bool IsCall(JsonElement call) =>
        call.TryGetProperty("jsonrpc", out var version) && version.GetRawText() == "\"2.0\""
        && call.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String && method.GetRawText() != "\"\\ud800\""
        && (!call.TryGetProperty("params", out var parameters)
            || parameters.ValueKind is JsonValueKind.Null or JsonValueKind.Array or JsonValueKind.Object);

    private static string IdsSaid(HttpAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Text);
        if (document.RootElement.ValueKind == JsonValueKind.Array) return string.Join(' ', document.RootElement.EnumerateArray().Select(IdSaid));
        Assert.Equal(document.RootElement.TryGetProperty("result", out _), answer.Status == 200);
        return IdSaid(document.RootElement);
    }

    private static string IdSaid(JsonElement answer) => answer.TryGetProperty("id", out var id) ? id.GetRawText() : "none";

    private static string ListOf(string[] values) => $"[{string.Join(',', values)}]";

    private static string ObjectOf(IEnumerable<(string Value, string Name)> members) =>
        $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}"))}}}";
}
