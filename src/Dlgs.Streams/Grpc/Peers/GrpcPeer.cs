using Dlgs.Streams.Access;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Grpc.Peers;

/// <summary>Another instance over gRPC: one channel, kept for as long as it is a member.</summary>
internal sealed class GrpcPeer : IPeer
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of an answer, at most: the groups of more than a million values.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly TimeProvider time;
    /// <summary>One that is well answers in this time, be it that it has no answer. A caller's deadline that is shorter proves nothing.</summary>
    private readonly TimeSpan longestSilence;
    private readonly GrpcChannel channel;
    private readonly DialogPeer.DialogPeerClient client;

    /// <param name="address">Where it is.</param>
    /// <param name="tls">How both prove what they are; null: they are on one machine.</param>
    /// <param name="longestSilence">Of one that is well.</param>
    /// <param name="time">The clock.</param>
    public GrpcPeer(Uri address, PeerTls? tls, TimeSpan longestSilence, TimeProvider time)
    {
        (this.longestSilence, this.time) = (longestSilence, time);
        var http = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = KeepAliveDelay,
            KeepAlivePingTimeout = KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            AllowAutoRedirect = false,
        };
        if (tls is not null) http.ConnectCallback = (connection, cancellation) => tls.ConnectAsync(connection.DnsEndPoint, cancellation);
        var grpc = new GrpcChannelOptions { HttpHandler = http, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes };
        channel = GrpcChannel.ForAddress(address, grpc);
        client = new DialogPeer.DialogPeerClient(channel);
    }

    public Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation) =>
        CallAsync(options => client.MeetAsync(hello, options), limit, cancellation);

    public Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation) =>
        CallAsync(options => client.AskAsync(question, options), limit, cancellation);

    public void Dispose() => channel.Dispose();

    /// <summary>"Connection refused", say: gRPC's own words are of its channels. Over TLS whoever is not taken for a peer is told so by silence.</summary>
    private static string Cause(RpcException e) => e.Status.DebugException?.GetBaseException() switch
    {
        null => e.Status.Detail,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ended =>
            $"it ended the connection: either its log says why this is no peer to it, or it speaks something else. {ended.Message}",
        var cause => cause.Message,
    };

    private PeerFailure Failure(RpcException e, TimeSpan limit) => e switch
    {
        _ when e.Status.DebugException?.GetBaseException() is NoPeerException => PeerFailure.Untrusted,
        { StatusCode: StatusCode.Unavailable } => PeerFailure.Silence,
        { StatusCode: StatusCode.DeadlineExceeded } when limit >= longestSilence => PeerFailure.Silence,
        _ => PeerFailure.Unproven,
    };

    private async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            using var under = call(new CallOptions(deadline: time.GetUtcNow().UtcDateTime + limit, cancellationToken: cancellation));
            return await under.ResponseAsync;
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            var why = e.StatusCode == StatusCode.DeadlineExceeded ? $"no answer in {limit.TotalSeconds:0.###} s" : Cause(e);
            throw new PeerFailedException(Failure(e, limit), why, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new PeerFailedException(PeerFailure.Silence, "it is a member no more", e);
        }
    }
}
