using System.Net;
using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>What an operator tells this instance: heard from who has the role close; where nobody proves anything, from its own host.</summary>
internal sealed class InstanceControlService(LeaveGroup leave, AuditLog audit) : InstanceControl.InstanceControlBase
{
    private const string Deed = "Leave", What = "this instance";

    public override async Task<LeaveResponse> Leave(LeaveRequest request, ServerCallContext context)
    {
        var caller = Identity.Of(context.GetHttpContext());
        // Who has a name has the role too, or would not be here.
        if (caller.Name is null) RequireLoopback(caller.Address);
        audit.Tell(caller, Deed, What, "begun");
        var handover = await leave();
        var answer = new LeaveResponse { HandedOver = { handover.Done }, NotHandedOver = { handover.Undone }, Reason = handover.Why };
        audit.Tell(caller, Deed, What, $"{answer.HandedOver.Count} partitions handed over, {answer.NotHandedOver.Count} not");
        return answer;
    }

    /// <summary>A port may have been forwarded.</summary>
    internal static void RequireLoopback(IPAddress? caller)
    {
        if (caller is null || !IPAddress.IsLoopback(caller))
            throw new RpcException(new Status(StatusCode.PermissionDenied,
                $"only a caller on this instance's host may end it (127.0.0.1 or ::1); this one is {caller}."));
    }
}
