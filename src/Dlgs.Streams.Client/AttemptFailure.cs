using System.Net.Sockets;
using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>How one instance failed to answer, once.</summary>
internal sealed record AttemptFailure(Instance Instance, RpcException Cause)
{
    /// <summary>An exception of this side, or somebody who does not know the method: there was no word of the service.</summary>
    public bool IsOfConnection =>
        Cause.StatusCode == StatusCode.Unimplemented || (Cause.StatusCode != StatusCode.DeadlineExceeded && Cause.Status.DebugException is not null);

    /// <summary>The question never came to the service: there was no connection for it, or another service at the end of it.</summary>
    public bool IsUnsent => IsOfConnection && (Cause.StatusCode == StatusCode.Unimplemented
        || Cause.Status.DebugException is SocketException or TimeoutException or HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.VersionNegotiationError,
        });

    /// <summary>The instance says that it cannot answer now; another may.</summary>
    public bool IsUnavailable => !IsOfConnection && Cause.StatusCode == StatusCode.Unavailable;

    /// <summary>Partitions do not answer, of this instance or of the whole cluster.</summary>
    public bool IsOfPartitions => IsUnavailable && StatusReading.AreMissing(Cause);

    /// <summary>It let the deadline pass without a word.</summary>
    public bool IsSilence => Cause.StatusCode == StatusCode.DeadlineExceeded && Cause.Status.Detail.Length == 0;

    /// <summary>Another question should rather go to another instance.</summary>
    public bool IsOfInstance => IsOfConnection || IsSilence || IsUnavailable && !IsOfPartitions;

    /// <summary>What the caller gets. What the exception does not tell is looked at where the instance is, for as long as there is time.</summary>
    public async Task<QueryException> ToQueryExceptionAsync(TimeSpan deadline, TimeSpan probeLimit, CancellationToken cancellation)
    {
        QueryException failure = IsOfConnection
            ? await Unreachable.FindAsync(Instance, Cause, probeLimit, cancellation)
            : Cause.ToQueryException(deadline);
        failure.Instance = Instance.Address;
        return failure;
    }
}
