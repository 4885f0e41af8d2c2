using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Client;

/// <summary>One instance, its connection, and whether it is worth asking. Thread-safe.</summary>
internal sealed class Instance
{
    /// <summary>A firewall forgets a silent connection after minutes; a dead peer shows after both times.</summary>
    private static readonly TimeSpan KeepAliveDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(10);

    /// <summary>gRPC's own is two minutes: an instance that is back has to be found before.</summary>
    private static readonly TimeSpan LongestReconnectPause = TimeSpan.FromSeconds(5);

    /// <summary>One that failed is not asked for so long if there is another; then one question finds out.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of an answer, at most: a page of 10,000 dialogs (the most that query_page may be), at 6 KiB each.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly GrpcChannel channel;
    private readonly Lock changing = new();
    private long? restsUntil;
    private int calls;
    private bool isRetired;

    /// <param name="address">Its own.</param>
    /// <param name="named">Whose certificate it shows; null: that of its address.</param>
    /// <param name="tls">Of its connections.</param>
    /// <param name="connectTimeout">For a connection.</param>
    public Instance(Uri address, Uri? named, ClientTls tls, TimeSpan connectTimeout)
    {
        (Address, Name, Tls) = (address, (named ?? address).DnsSafeHost, tls);
        var http = new SocketsHttpHandler
        {
            ConnectTimeout = connectTimeout,
            KeepAlivePingDelay = KeepAliveDelay,
            KeepAlivePingTimeout = KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = true,
            // An instance is asked itself: which partitions answer depends on which one it is.
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = tls.Connecting(),
        };
        channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = named is null ? http : new NamedHost(named.Authority, http),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxAnswerBytes,
            MaxReconnectBackoff = LongestReconnectPause,
        });
        Invoker = channel.CreateCallInvoker();
    }

    public Uri Address { get; }

    /// <summary>Whose certificate it has to show.</summary>
    public string Name { get; }

    public ClientTls Tls { get; }

    public CallInvoker Invoker { get; }

    /// <summary>The service was there once.</summary>
    public bool HasAnswered { get; private set; }

    public bool IsConnected => channel.State == ConnectivityState.Ready;

    /// <summary>It is not known yet whether somebody is there.</summary>
    public bool IsConnecting => channel.State is ConnectivityState.Idle or ConnectivityState.Connecting;

    public bool Rests
    {
        get
        {
            lock (changing) return restsUntil > TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>Connects, and stays at it, if nothing is under way.</summary>
    public void Connect()
    {
        if (channel.State == ConnectivityState.Idle) _ = channel.ConnectAsync();
    }

    /// <summary>Until it is connected, or is not for now.</summary>
    public async Task ConnectedOrNotAsync(CancellationToken cancellation)
    {
        while (channel.State is var state and (ConnectivityState.Idle or ConnectivityState.Connecting))
            await channel.WaitForStateChangedAsync(state, cancellation);
    }

    /// <summary>A question begins, and has to <see cref="Leave"/>; false: the instance is gone.</summary>
    public bool TryEnter()
    {
        lock (changing)
        {
            if (isRetired) return false;
            calls++;
            // If the rest is over, this is the question that finds out: the others wait for what becomes of it.
            if (restsUntil is not null) RestAnew();
            return true;
        }
    }

    public void Leave()
    {
        lock (changing)
        {
            calls--;
            DisposeIfDone();
        }
    }

    public void Answered()
    {
        HasAnswered = true;
        if (restsUntil is null) return;
        lock (changing) restsUntil = null;
    }

    public void Failed()
    {
        lock (changing) RestAnew();
    }

    /// <summary>Nobody begins here any more; what is under way goes on.</summary>
    public void Retire()
    {
        lock (changing)
        {
            isRetired = true;
            DisposeIfDone();
        }
    }

    /// <summary>What is under way ends.</summary>
    public void Close() => channel.Dispose();

    private void RestAnew() => restsUntil = TimeProvider.System.GetTimestamp() + (long)(Rest.TotalSeconds * TimeProvider.System.TimestampFrequency);

    private void DisposeIfDone()
    {
        if (isRetired && calls == 0) channel.Dispose();
    }

    /// <summary>Asks for the name, at whatever address: TLS compares it with the certificate.</summary>
    private sealed class NamedHost(string name, HttpMessageHandler http) : DelegatingHandler(http)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = name;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
