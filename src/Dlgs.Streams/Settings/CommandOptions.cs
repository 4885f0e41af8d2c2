namespace Dlgs.Streams.Settings;

/// <summary>Whom the commands ask.</summary>
internal sealed record CommandOptions
{
    [Setting("server", "Address of the instance that commands ask.")]
    public string Server { get; init; } = "http://127.0.0.1:5090";

    [Setting("ca", "PEM file with the authorities that commands trust, for an https address. Default: this machine's.", Example = "/etc/dlgs/ca.pem")]
    public string? CaFile { get; init; }
}
