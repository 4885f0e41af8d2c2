namespace Dlgs.Streams.Settings;

/// <summary>Whom the commands ask.</summary>
internal sealed record CommandOptions
{
    [Setting("server", "Addresses of the instances that commands ask, in turn: URL[,...], or dns:NAME:PORT.")]
    public string Server { get; init; } = "http://127.0.0.1:5090";

    [Setting("ca", "PEM file with the authorities that commands trust, for an https address. Default: this machine's.", Example = "/etc/dlgs/ca.pem")]
    public string? CaFile { get; init; }

    [Setting("certificate", "PEM file with the certificate (chain) by which commands say who asks, for an https address.", Example = "/etc/dlgs/client.crt")]
    public string? CertificateFile { get; init; }

    [Setting("key", "PEM file with that certificate's private key. Default: it stands in the certificate's file.", Example = "/etc/dlgs/client.key")]
    public string? KeyFile { get; init; }

    [Setting("token_file", "File with the bearer token by which commands say who asks; it goes over https or to loopback only.", Example = "/run/dlgs/token")]
    public string? TokenFile { get; init; }
}
