using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Access;

/// <summary>What a caller has to have for an endpoint: one of these roles. None: it has to be somebody.</summary>
internal sealed record Need(Roles AnyOf)
{
    public static readonly Need Nothing = new(Roles.None);

    /// <summary>Its answer may go on for longer than its caller's credential is good.</summary>
    public bool IsLong { get; init; }

    /// <summary>Of what nobody said it: more than anybody has.</summary>
    public static readonly Need Unsaid = new((Roles)(1 << 30));

    /// <summary>What it lets a caller do is told, and not only answered.</summary>
    public bool IsDeed => AnyOf is Roles.Tag or Roles.Close;

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
