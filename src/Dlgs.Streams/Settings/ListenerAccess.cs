namespace Dlgs.Streams.Settings;

/// <summary>How a listener proves who it is, how its callers prove who they are, and what they may. Empty: not at all.</summary>
internal sealed record ListenerAccess
{
    [Setting("tls_certificate", "PEM file with the certificate (chain) of https addresses. It is read again when it changes, as all files of TLS and tokens.",
        Example = "/etc/dlgs/tls.crt")]
    public string CertificateFile { get; init; } = "";

    [Setting("tls_key", "PEM file with the certificate's private key.", Example = "/etc/dlgs/tls.key")]
    public string KeyFile { get; init; } = "";

    [Setting("tls_client_ca", "PEM file with the authorities that vouch for callers' certificates (mutual TLS).", Example = "/etc/dlgs/clients.crt")]
    public string ClientCaFile { get; init; } = "";

    [Setting("jwt_authority", "Who issues callers' tokens (JWT): an https URL, where OpenID Connect's discovery leads to its keys.",
        Example = "https://login.example/realms/voice")]
    public string Authority { get; init; } = "";

    [Setting("jwt_audience", "Whom a token has to be for (aud). Required where tokens are taken.", Example = "dlgs")]
    public string Audience { get; init; } = "";

    [Setting("jwt_keys", "File with the public keys that tokens may be signed with, in place of jwt_authority: a JWKS, or PEM.",
        Example = "/etc/dlgs/jwks.json")]
    public string KeysFile { get; init; } = "";

    [Setting("roles", "Who may what: NAME=ROLE[,...][; ...]. NAME is cn:, dns: or uri: with a name of a certificate, sub: with a token's, or * for "
        + "all of them. ROLE is count, read, tag, close or metrics.", Example = "cn:policy=count; sub:ops=read,tag,close,metrics")]
    public string RoleNames { get; init; } = "";

    public bool TakesTokens => Authority.Length + KeysFile.Length > 0;

    public bool TakesCertificates => ClientCaFile.Length > 0;

    /// <summary>Whoever comes has to prove who it is.</summary>
    public bool DemandsCredential => TakesTokens || TakesCertificates;
}
