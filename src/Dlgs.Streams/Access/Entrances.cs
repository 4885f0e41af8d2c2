using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Access;

/// <summary>
/// The listeners that answer queries, with the files that they need. Throws an <see cref="OptionsValidationException"/> where one is not good.
/// </summary>
internal sealed partial class Entrances
{
    private readonly List<string> failures = [];

    public Entrances(IOptions<GrpcOptions> grpc, IOptions<HttpOptions> http, IOptions<PeerOptions> peer, IOptions<AccessOptions> access, TlsFiles files,
        RefusalCounts counts, AuditLog audit, TimeProvider time, ILogger<RefusedCallers> logger)
    {
        OfGrpc = Open("grpc", grpc.Value.Listen, grpc.Value.Access);
        OfHttp = Open("http", http.Value.Listen, http.Value.Access);
        if (peer.Value is { Listen.IsTls: true } given) OfPeer = OpenPeer(given);
        if (failures.Count > 0) throw new OptionsValidationException("settings", typeof(ListenerAccess), failures);

        PeerTls OpenPeer(PeerOptions given)
        {
            var own = Try(() => files.OpenCertificate("peer", given.CertificateFile, given.KeyFile, PeerTls.CheckName));
            var authorities = Try(() => files.OpenAuthorities("peer_ca", given.CaFile));
            if (own is not null && authorities is not null && !PeerTls.IsVouchedFor(own.Current, authorities.Current))
                failures.Add($"peer_certificate: '{given.CertificateFile}' is not signed by an authority of peer_ca; no other instance would take it.");
            return new PeerTls(own!, authorities!, new RefusedCallers("peer", counts, time, logger));
        }

        Entrance Open(string listener, ListenAddress? at, ListenerAccess given)
        {
            var refused = new RefusedCallers(listener, counts, time, logger);
            if (at is not { IsTls: true })
            {
                if (at is not null && given.DemandsCredential) LogOpen(logger, listener);
                return new Entrance(at, given, refused, audit, time);
            }
            var own = Try(() => files.OpenCertificate(listener, given.CertificateFile, given.KeyFile));
            var authorities = given.TakesCertificates ? Try(() => files.OpenAuthorities($"{listener}_client_ca", given.ClientCaFile)) : null;
            var keys = given.KeysFile.Length > 0 ? Try(() => files.Open($"{listener}_jwt_keys", [given.KeysFile], () => TokenKeys.Read(given.KeysFile))) : null;
            return new Entrance(at, given, refused, audit, time)
            {
                Tls = new ListenerTls(own!, authorities, isOptional: given.TakesTokens, refused),
                Tokens = given.TakesTokens ? new BearerTokens(given, keys, access.Value.ClockSkew, time) : null,
            };
        }
    }

    public Entrance OfGrpc { get; }

    public Entrance OfHttp { get; }

    /// <summary>Null: it is plain, or there is none.</summary>
    public PeerTls? OfPeer { get; }

    private T? Try<T>(Func<T> open) where T : class
    {
        try
        {
            return open();
        }
        catch (BadFileException e)
        {
            failures.Add($"{e.Message}.");
            return null;
        }
    }

    [LoggerMessage(107, LogLevel.Warning,
        "{Listener} is plain, so the credentials that are set do not hold there: whoever is on this machine may everything; an https address asks for them")]
    private static partial void LogOpen(ILogger logger, string listener);
}
