using System.Text.RegularExpressions;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Http;

/// <summary>/openapi.json says what the routes are.</summary>
public sealed partial class ApiDocumentTests
{
    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        var described = (await http.GetAsync("/openapi.json")).Json["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        var routes = from endpoint in host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                     where endpoint.RoutePattern.RawText is "/RPC" or ['/', 'v', '1', '/', ..]
                     from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                     select $"{method} {CatchAll.Replace(endpoint.RoutePattern.RawText!, "{")}";
        Assert.Equal(routes.Order(), described.Order());
    }

    /// <summary>A reference into nothing makes generators fail.</summary>
    [Fact]
    public async Task References_point_at_schemas_and_operations_say_what_they_are_for()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        var answer = await http.GetAsync("/openapi.json");
        var schemas = answer.Json["components"]!["schemas"]!.AsObject();
        var references = Reference.Matches(answer.Text).Select(reference => reference.Groups[1].Value).Distinct().ToList();
        Assert.Contains("DialogChange", references);
        Assert.Contains("CountRequest", references);
        Assert.All(references, reference => Assert.True(schemas.ContainsKey(reference), reference));
        Assert.Equal("""{"$ref":"#/components/schemas/DialogFilter"}""", schemas["DialogFilter"]!["properties"]!["also"]!["items"]!.ToJsonString());
        var operations = answer.Json["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!).ToList();
        Assert.All(operations, operation => Assert.NotEmpty((string?)operation["summary"] ?? ""));
        Assert.All(operations.SelectMany(operation => operation["parameters"]?.AsArray() ?? []),
            parameter => Assert.True((string)parameter!["in"]! == "path" || (string?)parameter["description"] is { Length: > 0 }, parameter.ToJsonString()));
    }

    [GeneratedRegex(@"\{\*+")]
    private static partial Regex CatchAll { get; }

    [GeneratedRegex("\"\\$ref\": ?\"#/components/schemas/(\\w+)\"")]
    private static partial Regex Reference { get; }
}
