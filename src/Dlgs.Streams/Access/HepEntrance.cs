using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Access;

/// <summary>
/// Who comes in by TLS with HEP: where there are authorities, an agent shows a certificate of theirs. Throws an
/// <see cref="OptionsValidationException"/> where a file is not good.
/// </summary>
internal sealed class HepEntrance
{
    public HepEntrance(IOptions<GatewayOptions> options, TlsFiles files, RefusalCounts counts, TimeProvider time, ILogger<RefusedCallers> logger)
    {
        var given = options.Value;
        if (given.ListenTls is null) return;
        try
        {
            var own = files.OpenCertificate("hep", given.CertificateFile, given.KeyFile);
            var authorities = given.ClientCaFile.Length > 0 ? files.OpenAuthorities("hep_client_ca", given.ClientCaFile) : null;
            Tls = new ListenerTls(own, authorities, isOptional: false, new RefusedCallers("hep", counts, time, logger));
        }
        catch (BadFileException e)
        {
            throw new OptionsValidationException("settings", typeof(GatewayOptions), [$"{e.Message}."]);
        }
    }

    /// <summary>Null: it does not listen.</summary>
    public ListenerTls? Tls { get; }
}
