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

    public GrpcPeer(Uri address, TimeSpan longestSilence, TimeProvider time)
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
        };
        var grpc = new GrpcChannelOptions { HttpHandler = http, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes };
        channel = GrpcChannel.ForAddress(address, grpc);
        client = new DialogPeer.DialogPeerClient(channel);
    }

    public Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation) =>
        CallAsync(options => client.MeetAsync(hello, options), limit, cancellation);

    public Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation) =>
        CallAsync(options => client.AskAsync(question, options), limit, cancellation);

    public void Dispose() => channel.Dispose();

    /// <summary>"Connection refused", say: gRPC's own words are of its channels.</summary>
    private static string Cause(RpcException e) => e.Status.DebugException?.GetBaseException().Message ?? e.Status.Detail;

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
            var isSilence = e.StatusCode == StatusCode.Unavailable || e.StatusCode == StatusCode.DeadlineExceeded && limit >= longestSilence;
            throw new PeerFailedException(isSilence ? PeerFailure.Silence : PeerFailure.Unproven, why, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new PeerFailedException(PeerFailure.Silence, "it is a member no more", e);
        }
    }
}
