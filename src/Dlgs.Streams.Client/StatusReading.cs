using System.Globalization;
using Google.Rpc;
using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>What a status of gRPC means; the details that the service adds are google.rpc's BadRequest and ErrorInfo (protos/README.md).</summary>
internal static class StatusReading
{
    public static QueryException ToQueryException(this RpcException e, TimeSpan deadline)
    {
        var details = e.Trailers.GetRpcStatus(ignoreParseError: true);
        var violation = details?.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault();
        var said = e.Status.Detail is { Length: > 0 } detail ? detail
            : e.StatusCode == StatusCode.DeadlineExceeded ? $"No answer within {deadline.TotalSeconds} s."
            : $"{e.StatusCode}.";
        return e.StatusCode switch
        {
            StatusCode.InvalidArgument => new ArgumentRefusedException(violation?.Field ?? "", violation?.Description ?? said, said, e),
            StatusCode.Unavailable when Missing(details) is { } partitions => new PartitionsMissingException(partitions, said, e),
            StatusCode.Unavailable => new NotReadyException(said, e),
            StatusCode.ResourceExhausted => new OverloadedException(violation?.Field, said, e),
            StatusCode.DeadlineExceeded => new TimedOutException(said, e),
            StatusCode.NotFound => new DialogNotFoundException(said, e),
            StatusCode.FailedPrecondition => new NotTakenException(said, e),
            StatusCode.Unauthenticated => new UnauthenticatedException(said, e),
            StatusCode.PermissionDenied => new PermissionDeniedException(said, e),
            StatusCode.OutOfRange => new ChangesDeletedException(said, e),
            _ => new NotDoneException(said, e),
        };
    }

    /// <summary>Partitions that were asked do not answer.</summary>
    public static bool AreMissing(RpcException e) => Missing(e.Trailers.GetRpcStatus(ignoreParseError: true)) is not null;

    private static int[]? Missing(Google.Rpc.Status? details) =>
        details?.GetDetail<ErrorInfo>() is { Reason: "PARTITIONS_MISSING" } error && error.Metadata.TryGetValue("partitions", out var partitions)
            ? [.. partitions.Split(',').Select(Number).OfType<int>()]
            : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
