using System.Net;

namespace Dlgs.Streams.Access;

/// <summary>Who a caller is: by the name that it proved, else by the address that it comes from. One that has a name is the same at every address.</summary>
internal readonly record struct Identity
{
    /// <summary>Characters of a name, with its kind. A longer one is none.</summary>
    public const int LongestName = 256;

    private Identity(string? name, IPAddress? address) => (Name, Address) = (name, address);

    /// <summary>Null: it proved none, and needed none.</summary>
    public string? Name { get; }

    /// <summary>Null: it has a name, or is in this process.</summary>
    public IPAddress? Address { get; }

    public static Identity Of(HttpContext context) =>
        context.Features.Get<Proven>() is { } proven ? new Identity(proven.Name, null) : new Identity(null, context.Connection.RemoteIpAddress);

    public override string ToString() => Name ?? Address?.ToString() ?? "this instance";
}
