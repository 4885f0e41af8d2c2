using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>
/// What is at an address where a question got no answer. What the exception does not tell, the address is asked for: texts of exceptions say
/// little of it, and differ by version and machine.
/// </summary>
internal static class Unreachable
{
    /// <param name="asked">Who did not answer.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="limit">For the connection to find out.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<UnreachableException> FindAsync(Instance asked, RpcException failure, TimeSpan limit, CancellationToken cancellation)
    {
        // Where the right one has answered before it is there, but certificates come and go.
        var mayAskAnew = limit > TimeSpan.Zero && (!asked.HasAnswered || IsTls(asked.Address));
        var found = Tell(failure) is { } told ? new Found(told)
            : mayAskAnew ? await FindOutAsync(asked, limit, cancellation)
            : new Found(UnreachableCause.NothingAnswers);
        return new UnreachableException(found.Why, Say(found, asked, failure), failure);
    }

    /// <summary>What the exception itself tells; null: there is somebody.</summary>
    private static UnreachableCause? Tell(RpcException failure)
    {
        if (failure.StatusCode == StatusCode.Unimplemented) return UnreachableCause.AnotherService;
        for (var e = failure.Status.DebugException; e is not null; e = e.InnerException)
            switch (e)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return UnreachableCause.UnknownHost;
                case SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown) }:
                case TimeoutException:
                    return UnreachableCause.NothingAnswers;
                // TLS, but no HTTP/2 in it.
                case HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError }:
                    return UnreachableCause.AnotherService;
            }
        return null;
    }

    private static async Task<Found> FindOutAsync(Instance asked, TimeSpan limit, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(limit);
        try
        {
            if (await PortProbe.SeeTlsAsync(asked.Address, asked.Tls.Connecting(asked.Name), time.Token) is { } tls)
                return IsTls(asked.Address) ? new Found(Tell(tls, asked.Tls), tls.Names) : new Found(UnreachableCause.SpeaksTls);
            if (!await PortProbe.SpeaksPlainHttp2Async(asked.Address, time.Token)) return new Found(UnreachableCause.AnotherService);
            // Not refused by anybody, and what is there now speaks as the service does: the connection broke.
            return new Found(IsTls(asked.Address) ? UnreachableCause.SpeaksPlainText : UnreachableCause.NothingAnswers);
        }
        catch (SocketException)
        {
            return new Found(UnreachableCause.NothingAnswers);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new Found(UnreachableCause.AnotherService);
        }
    }

    /// <summary>What a handshake tells that was done anew.</summary>
    private static UnreachableCause Tell(SeenTls seen, ClientTls ours) =>
        seen.Errors == SslPolicyErrors.RemoteCertificateNameMismatch ? UnreachableCause.OthersCertificate
        : seen.Errors != SslPolicyErrors.None ? UnreachableCause.UntrustedCertificate
        : seen.GoesOn ? UnreachableCause.NothingAnswers
        : !seen.HasHttp2 ? UnreachableCause.AnotherService
        : ours.Own is not null ? UnreachableCause.RefusesCertificate
        : seen.WantsCertificate ? UnreachableCause.WantsCertificate
        : UnreachableCause.AnotherService;

    private static string Say(Found found, Instance asked, RpcException failure) => found.Why switch
    {
        UnreachableCause.NothingAnswers => $"Nothing answers at {asked.Address.GetLeftPart(UriPartial.Authority)}.",
        UnreachableCause.UnknownHost => $"The host of {asked.Address.GetLeftPart(UriPartial.Authority)} is not known.",
        UnreachableCause.SpeaksTls => $"What answers at {asked.Address.Authority} speaks TLS: https://{asked.Address.Authority} is its address.",
        UnreachableCause.SpeaksPlainText => $"What answers at {asked.Address.Authority} speaks plain text: http://{asked.Address.Authority} is its address.",
        UnreachableCause.UntrustedCertificate => $"The certificate of {asked.Address.Authority} is not trusted: {Innermost(failure)}",
        UnreachableCause.AnotherService => $"What answers at {asked.Address.Authority} is not this service: a web server, a broker, or another one.",
        UnreachableCause.OthersCertificate => $"The certificate of {asked.Address.Authority} is not for {asked.Name}, but for {found.Names}.",
        UnreachableCause.WantsCertificate => $"What answers at {asked.Address.Authority} lets nobody in without a certificate.",
        UnreachableCause.RefusesCertificate =>
            $"What answers at {asked.Address.Authority} does not let this certificate in: {Describe(asked.Tls.Own!.TargetCertificate)}.",
    };

    private static string Describe(X509Certificate2 own) =>
        $"{own.Subject}, signed by {own.Issuer}, " + (own.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow() ? "expired on " : "valid until ")
            + $"{own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";

    private static bool IsTls(Uri address) => address.Scheme == Uri.UriSchemeHttps;

    private static string Innermost(RpcException failure)
    {
        var e = failure.Status.DebugException ?? failure;
        while (e.InnerException is { } inner) e = inner;
        return e.Message;
    }

    /// <summary>What is there, and whose certificate it has.</summary>
    private sealed record Found(UnreachableCause Why, string Names = "");
}
