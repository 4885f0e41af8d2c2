using System.Net;

namespace Dlgs.Streams.Access;

/// <summary>Who a caller is: by the name that it proved, else by the address that it comes from. One that has a name is the same at every address.</summary>
internal readonly record struct Identity
{
    private Identity(string? name, IPAddress? address) => (Name, Address) = (name, address);

    /// <summary>Null: it proved none, and needed none.</summary>
    public string? Name { get; }

    /// <summary>Null: it has a name, or is in this process.</summary>
    public IPAddress? Address { get; }

    public static Identity Of(HttpContext context) =>
        context.User.Identity is { IsAuthenticated: true, Name: { } name } ? new Identity(name, null) : new Identity(null, context.Connection.RemoteIpAddress);
}
