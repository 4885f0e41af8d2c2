using System.Diagnostics.CodeAnalysis;

namespace Dlgs.Streams.Client;

/// <summary>The address of an instance: scheme, host and port, and nothing behind them.</summary>
public static class ServiceAddress
{
    /// <summary>What an address has to be, in words.</summary>
    public const string Expected = "http:// or https://, host and port, as http://127.0.0.1:5090";

    /// <summary>What the addresses of several instances have to be, in words.</summary>
    public const string ExpectedList = Expected + "; several with commas between them; or dns:NAME:PORT, or dns:https://NAME:PORT";

    /// <summary>Reads an address.</summary>
    /// <param name="text">What somebody gave as one.</param>
    /// <param name="address">The address; null where it is none.</param>
    /// <returns>False: it is none.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && address is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "", Port: > 0, Host.Length: > 0 };

    /// <summary>Whether it is what <see cref="ServiceOptions.Address"/> may be.</summary>
    /// <param name="text">What somebody gave as one address, or as several.</param>
    public static bool IsList(string? text) => InstanceAddresses.TryParse(text, out _);
}
