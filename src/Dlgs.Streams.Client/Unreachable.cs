using System.Net.Sockets;
using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>
/// What is at an address where a question got no answer. What the exception does not tell, the address is asked for: texts of exceptions say
/// little of it, and differ by version and machine.
/// </summary>
internal static class Unreachable
{
    /// <param name="address">Who was asked.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="mayAskAnew">False: the right one has answered there before.</param>
    /// <param name="limit">For the connection to find out.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<UnreachableException> FindAsync(Uri address, RpcException failure, bool mayAskAnew, TimeSpan limit, CancellationToken cancellation)
    {
        var why = Tell(failure) ?? (mayAskAnew ? await FindOutAsync(address, limit, cancellation) : UnreachableCause.NothingAnswers);
        return new UnreachableException(why, Say(why, address, failure), failure);
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

    private static async Task<UnreachableCause> FindOutAsync(Uri address, TimeSpan limit, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(limit);
        try
        {
            var isTls = address.Scheme == "https";
            if (await PortProbe.SpeaksTlsAsync(address, time.Token)) return isTls ? UnreachableCause.UntrustedCertificate : UnreachableCause.SpeaksTls;
            if (!await PortProbe.SpeaksPlainHttp2Async(address, time.Token)) return UnreachableCause.AnotherService;
            // Not refused by anybody, and what is there now speaks as the service does: the connection broke.
            return isTls ? UnreachableCause.SpeaksPlainText : UnreachableCause.NothingAnswers;
        }
        catch (SocketException)
        {
            return UnreachableCause.NothingAnswers;
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return UnreachableCause.AnotherService;
        }
    }

    private static string Say(UnreachableCause why, Uri address, RpcException failure) => why switch
    {
        UnreachableCause.NothingAnswers => $"Nothing answers at {address.GetLeftPart(UriPartial.Authority)}.",
        UnreachableCause.UnknownHost => $"The host of {address.GetLeftPart(UriPartial.Authority)} is not known.",
        UnreachableCause.SpeaksTls => $"What answers at {address.Authority} speaks TLS: https://{address.Authority} is its address.",
        UnreachableCause.SpeaksPlainText => $"What answers at {address.Authority} speaks plain text: http://{address.Authority} is its address.",
        UnreachableCause.UntrustedCertificate => $"The certificate of {address.Authority} is not trusted: {Innermost(failure)}",
        UnreachableCause.AnotherService => $"What answers at {address.Authority} is not this service: a web server, a broker, or another one.",
    };

    private static string Innermost(RpcException failure)
    {
        var e = failure.Status.DebugException ?? failure;
        while (e.InnerException is { } inner) e = inner;
        return e.Message;
    }
}
