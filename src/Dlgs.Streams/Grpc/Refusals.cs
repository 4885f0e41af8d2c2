using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Dlgs.Streams.Grpc;

/// <summary>The one place where a refusal becomes gRPC's, with the details that google.rpc has for the field and for what is missing.</summary>
internal static class Refusals
{
    public static RpcException ToRpc(this QueryRefusal refusal)
    {
        var status = new Status { Code = (int)CodeOf(refusal.Kind), Message = refusal.Message };
        if (refusal.Field is { } field)
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { Violation(field, refusal.Allowed) } }));
        if (refusal.Missing.Count > 0) status.Details.Add(Any.Pack(MissingPartitions(refusal.Missing)));
        return status.ToRpcException();
    }

    private static BadRequest.Types.FieldViolation Violation(string field, string allowed) => new() { Field = field, Description = allowed };

    private static ErrorInfo MissingPartitions(IEnumerable<int> partitions) =>
        new() { Reason = "PARTITIONS_MISSING", Domain = DialogQuery.Descriptor.FullName, Metadata = { ["partitions"] = string.Join(',', partitions) } };

    private static StatusCode CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Argument => StatusCode.InvalidArgument,
        RefusalKind.Unavailable => StatusCode.Unavailable,
        RefusalKind.Exhausted => StatusCode.ResourceExhausted,
        RefusalKind.TimedOut => StatusCode.DeadlineExceeded,
        RefusalKind.CallerGone => StatusCode.Cancelled,
        RefusalKind.NotFound => StatusCode.NotFound,
        RefusalKind.NotTaken => StatusCode.FailedPrecondition,
        RefusalKind.Deleted => StatusCode.OutOfRange,
    };
}
