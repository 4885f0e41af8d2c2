using Dlgs.Streams.Answers;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>The one place where a refusal becomes gRPC's.</summary>
internal static class Refusals
{
    public static RpcException ToRpc(this QueryRefusal refusal) => new(new Status(CodeOf(refusal.Kind), refusal.Message));

    private static StatusCode CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Argument => StatusCode.InvalidArgument,
        RefusalKind.Unavailable => StatusCode.Unavailable,
        RefusalKind.Exhausted => StatusCode.ResourceExhausted,
        RefusalKind.TimedOut => StatusCode.DeadlineExceeded,
        RefusalKind.CallerGone => StatusCode.Cancelled,
        RefusalKind.Stale => StatusCode.Aborted,
        RefusalKind.NotFound => StatusCode.NotFound,
        RefusalKind.NotTaken => StatusCode.FailedPrecondition,
    };
}
