using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Access;

/// <summary>What a caller has to have for an endpoint: one of these roles. None: it has to be somebody.</summary>
internal sealed record Need(Roles AnyOf)
{
    public static readonly Need Nothing = new(Roles.None);

    public bool IsMetBy(Roles roles) => AnyOf == Roles.None || (AnyOf & roles) != Roles.None;
}

/// <summary>Says what an endpoint needs. One that says nothing is nobody's.</summary>
internal static class NeedfulEndpoints
{
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Roles anyOf) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Need(anyOf));

    /// <summary>For everybody who proved to be somebody.</summary>
    public static TBuilder NeedsNothing<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(Need.Nothing);
}
