using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Client;

/// <summary>A method as gRPC generates it.</summary>
internal delegate AsyncUnaryCall<TAnswer> Ask<TRequest, TAnswer>(TRequest request, CallOptions options);

/// <summary>A method whose answer is a stream, as gRPC generates it.</summary>
internal delegate AsyncServerStreamingCall<TAnswer> Open<TRequest, TAnswer>(TRequest request, CallOptions options);

/// <summary>The connection to one instance. What goes wrong on it leaves as a <see cref="QueryException"/>.</summary>
internal sealed class ServiceChannel : IDisposable
{
    /// <summary>A firewall forgets a silent connection after minutes; a dead peer shows after both times.</summary>
    private static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of an answer, at most: a page of 10,000 dialogs (the most that query_page may be), at 6 KiB each.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly ServiceOptions options;
    private readonly Uri address;
    private readonly GrpcChannel channel;
    private bool hasAnswered;

    public ServiceChannel(ServiceOptions options)
    {
        if (!ServiceAddress.TryParse(options.Address, out var parsed))
            throw new ArgumentException($"'{options.Address}' is no address: {ServiceAddress.Expected}.");
        if (options.Deadline <= TimeSpan.Zero || options.ConnectTimeout <= TimeSpan.Zero) throw new ArgumentException("Deadline and ConnectTimeout: above 0.");
        this.options = options;
        address = parsed;
        var http = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = KeepAliveDelay,
            KeepAlivePingTimeout = KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            // An instance is asked itself: which partitions answer depends on which one it is.
            UseProxy = false,
        };
        if (options.CaFile is { } file) http.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(file) };
        var grpc = new GrpcChannelOptions { HttpHandler = http, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes };
        channel = GrpcChannel.ForAddress(address, grpc);
    }

    public CallInvoker Invoker => channel.CreateCallInvoker();

    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(Ask<TRequest, TAnswer> ask, TRequest request, TimeSpan? deadline, CancellationToken cancellation)
    {
        var limit = deadline ?? options.Deadline;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(deadline));
        var end = TimeProvider.System.GetUtcNow().UtcDateTime + limit;
        try
        {
            using var call = ask(request, new CallOptions(deadline: end, cancellationToken: cancellation));
            var answer = await call.ResponseAsync;
            hasAnswered = true;
            return answer;
        }
        catch (RpcException e)
        {
            throw await FailureOfAsync(e, limit, cancellation);
        }
    }

    /// <summary>No deadline: it ends with its reader, or fails.</summary>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TRequest, TAnswer>(
        Open<TRequest, TAnswer> open, TRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var call = open(request, new CallOptions(cancellationToken: cancellation));
        while (await HasNextAsync(call.ResponseStream, cancellation)) yield return call.ResponseStream.Current;
    }

    public void Dispose() => channel.Dispose();

    private async Task<bool> HasNextAsync<TAnswer>(IAsyncStreamReader<TAnswer> answers, CancellationToken cancellation)
    {
        try
        {
            var has = await answers.MoveNext(cancellation);
            hasAnswered = true;
            return has;
        }
        catch (RpcException e)
        {
            throw await FailureOfAsync(e, Timeout.InfiniteTimeSpan, cancellation);
        }
    }

    private async Task<QueryException> FailureOfAsync(RpcException e, TimeSpan limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!IsOfConnection(e)) return e.ToQueryException(limit);
        return await Unreachable.FindAsync(address, e, mayAskAnew: !hasAnswered, options.ConnectTimeout, cancellation);
    }

    /// <summary>An exception of this side, or somebody who does not know the method.</summary>
    private static bool IsOfConnection(RpcException e) =>
        e.StatusCode == StatusCode.Unimplemented || (e.StatusCode != StatusCode.DeadlineExceeded && e.Status.DebugException is not null);

    private X509ChainPolicy Trusting(string file)
    {
        if (address.Scheme != "https") throw new ArgumentException($"'{file}': authorities are for https:// only, and the address is {options.Address}.");
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"'{file}' cannot be read as certificates in PEM: {e.Message}", e);
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw new ArgumentException($"'{file}' has no certificate in PEM.");
    }
}
