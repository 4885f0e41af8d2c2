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

    /// <summary>One that is well answers in this time, be it that it has no answer. A caller's deadline that is shorter proves nothing.</summary>
    private readonly TimeSpan longestSilence;
    private readonly GrpcChannel channel;
    private readonly DialogPeer.DialogPeerClient client;
    private readonly Lock beginning = new();
    private volatile PeerConversation? conversation;

    /// <param name="address">Where it is.</param>
    /// <param name="tls">How both prove what they are; null: they are on one machine.</param>
    /// <param name="longestSilence">Of one that is well.</param>
    public GrpcPeer(Uri address, PeerTls? tls, TimeSpan longestSilence)
    {
        this.longestSilence = longestSilence;
        var http = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            KeepAlivePingDelay = KeepAliveDelay,
            KeepAlivePingTimeout = KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            AllowAutoRedirect = false,
            // No trace goes on here: it would be a header of each call.
            ActivityHeadersPropagator = null,
        };
        if (tls is not null) http.ConnectCallback = (connection, cancellation) => tls.ConnectAsync(connection.DnsEndPoint, cancellation);
        var grpc = new GrpcChannelOptions { HttpHandler = http, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes };
        channel = GrpcChannel.ForAddress(address, grpc);
        client = new DialogPeer.DialogPeerClient(channel);
    }

    public Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation) =>
        CallAsync(options => client.MeetAsync(hello, options), limit, cancellation);

    public Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation) =>
        HasShortAnswer(question) ? ConverseAsync(question, limit, cancellation)
            : CallAsync(options => client.AskAsync(question, options), limit, cancellation);

    public void Dispose() => channel.Dispose();

    /// <summary>"Connection refused", say: gRPC's own words are of its channels. Over TLS whoever is not taken for a peer is told so by silence.</summary>
    private static string Cause(RpcException e) => e.Status.DebugException?.GetBaseException() switch
    {
        null => e.Status.Detail,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ended =>
            $"it ended the connection: either its log says why this is no peer to it, or it speaks something else. {ended.Message}",
        var cause => cause.Message,
    };

    private static PeerFailure FailureOf(RpcException e) => e switch
    {
        _ when e.Status.DebugException?.GetBaseException() is NoPeerException => PeerFailure.Untrusted,
        { StatusCode: StatusCode.Unavailable } => PeerFailure.Silence,
        // No connection came of it, which gRPC calls Internal where the handshake of HTTP/2 was all that failed.
        _ when e.Status.DebugException?.GetBaseException() is HttpRequestException => PeerFailure.Silence,
        _ => PeerFailure.Unproven,
    };

    /// <summary>What is asked while a call is being set up: an answer of some MiB would hold it up if it went before it.</summary>
    private static bool HasShortAnswer(PeerQuestion question) =>
        question.QuestionCase is PeerQuestion.QuestionOneofCase.Count or PeerQuestion.QuestionOneofCase.Begin;

    /// <summary>Once more where the conversation ended under it: that its connection was cut off is no proof that the peer is not there.</summary>
    private async Task<PeerAnswer> ConverseAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await ConverseOnceAsync(question, limit, cancellation);
        }
        catch (PeerFailedException e) when (e is { Failure: PeerFailure.Silence, InnerException: not TimeoutException })
        {
            return await ConverseOnceAsync(question, limit, cancellation);
        }
    }

    private async Task<PeerAnswer> ConverseOnceAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation)
    {
        var current = Conversation();
        try
        {
            return await current.AskAsync(question, limit, cancellation);
        }
        catch (TimeoutException e)
        {
            var failed = NoAnswerIn(limit, e);
            if (failed.Failure == PeerFailure.Silence) current.End();
            throw failed;
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            throw Failed(e);
        }
    }

    private PeerConversation Conversation()
    {
        if (conversation is { IsOver: false } current) return current;
        lock (beginning)
            return conversation is { IsOver: false } begun ? begun : conversation = PeerConversation.Begin(client);
    }

    private PeerFailedException NoAnswerIn(TimeSpan limit, Exception cause) =>
        new(limit >= longestSilence ? PeerFailure.Silence : PeerFailure.Unproven, $"no answer in {limit.TotalSeconds:0.###} s", cause);

    private static PeerFailedException Failed(Exception cause) => cause is RpcException e ? new(FailureOf(e), Cause(e), e)
        : new(PeerFailure.Silence, "it is a member no more", cause);

    /// <summary>Under a time-out of our own: a question says itself how long its answer may take, and gRPC's deadline would be a timer there, too.</summary>
    private async Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, TimeSpan limit, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        try
        {
            using var under = call(new CallOptions(cancellationToken: limited.Token));
            return await under.ResponseAsync;
        }
        catch (RpcException e) when (limited.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            throw NoAnswerIn(limit, e);
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            throw Failed(e);
        }
    }
}
