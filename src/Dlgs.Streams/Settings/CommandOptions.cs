namespace Dlgs.Streams.Settings;

/// <summary>Whom the commands ask.</summary>
internal sealed record CommandOptions
{
    [Setting("server", "Addresses of the instances that commands ask, in turn: URL[,...], or dns:NAME:PORT.")]
    public string Server { get; init; } = "http://127.0.0.1:5090";

    [Setting("ca", "PEM file with the authorities that commands trust, for an https address. Default: this machine's.", Example = "/etc/dlgs/ca.pem")]
    public string? CaFile { get; init; }
}
