using Microsoft.AspNetCore.Routing.Matching;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// Finds only the endpoints of the port that a request came in by. Not by its Host header, which is the caller's to write.
/// First of all policies: a path that is another port's is unknown here, not known with another method.
/// </summary>
internal sealed class ListenerPolicy : MatcherPolicy, INodeBuilderPolicy
{
    public override int Order => -10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<Listening>() is not null);

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints) =>
    [
        .. Enum.GetValues<Listener>().Select(listener => new PolicyNodeEdge(listener,
            [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Listening>() is not { } on || on.Listeners.Contains(listener))])),
    ];

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) =>
        new ByListener(exitDestination, edges.ToDictionary(edge => (Listener)edge.State, edge => edge.Destination));

    /// <summary>On which ports an endpoint is.</summary>
    public sealed record Listening(IReadOnlyList<Listener> Listeners);

    private sealed class ByListener(int exit, Dictionary<Listener, int> destinations) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext) =>
            httpContext.Features.Get<ListenerFeature>() is { } came && destinations.TryGetValue(came.Listener, out var there) ? there : exit;
    }
}
