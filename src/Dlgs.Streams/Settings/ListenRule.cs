namespace Dlgs.Streams.Settings;

/// <summary>
/// The rule of every address that answers queries: plain text on loopback alone; beyond it TLS, and callers that prove who they are. What files there
/// are is for Access to say.
/// </summary>
internal static class ListenRule
{
    /// <summary>Why the address of a listener may not be listened at; none: it may.</summary>
    public static IEnumerable<string> Failures(string listener, string text, ListenerAccess access)
    {
        if (ListenAddress.Parse(text, out var failure) is not { } address) return [$"{listener}: {failure}"];
        if (!address.IsTls)
            return address.IsLoopback ? [] : [$"{listener}: '{text}' is not loopback; without TLS anybody could read and count your calls there."];
        return FailuresOfTls(listener, text, address, access);
    }

    private static IEnumerable<string> FailuresOfTls(string listener, string text, ListenAddress address, ListenerAccess access)
    {
        if (access.CertificateFile.Length == 0 || access.KeyFile.Length == 0)
            yield return $"{listener}: '{text}' needs {listener}_certificate and {listener}_key, or tls_certificate and tls_key.";
        if (!access.DemandsCredential && !address.IsLoopback)
            yield return $"{listener}: '{text}' is not loopback, and would be open to everybody; "
                + "set tls_client_ca, or jwt_audience with jwt_authority or jwt_keys.";
        var roles = RoleMap.Parse(access.RoleNames, out var why);
        if (roles is null) yield return $"roles: {why} ({listener})";
        else if (access.DemandsCredential && roles.IsEmpty)
            yield return $"roles: whoever proves who it is might do nothing at {listener}; set roles, as in 'cn:policy=count; sub:ops=read,close'.";
        else if (access.TakesCertificates && !access.TakesTokens && !roles.NamesCertificates)
            yield return $"roles: only tokens are named (sub:), and {listener} takes certificates alone; name some by cn:, dns: or uri:.";
        else if (access.TakesTokens && !access.TakesCertificates && !roles.NamesTokens)
            yield return $"roles: only certificates are named, and {listener} takes tokens alone; name some by sub:.";
        foreach (var failure in FailuresOfTokens(access)) yield return $"{failure} ({listener})";
    }

    private static IEnumerable<string> FailuresOfTokens(ListenerAccess access)
    {
        if (access.TakesTokens && access.Audience.Length == 0)
            yield return "jwt_audience: required with jwt_authority and jwt_keys; without it, tokens for any other service would be taken.";
        if (!access.TakesTokens && access.Audience.Length > 0) yield return "jwt_audience: needs jwt_authority or jwt_keys, or no token can be checked.";
        if (access.Authority.Length > 0 && access.KeysFile.Length > 0) yield return "jwt_authority: not together with jwt_keys.";
        if (access.Authority.Length > 0 && !IsSafe(access.Authority))
            yield return $"jwt_authority: '{access.Authority}' is no https URL; whoever is on the way could hand out keys.";
    }

    private static bool IsSafe(string authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);
}
