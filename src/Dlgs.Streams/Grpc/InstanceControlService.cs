using System.Net;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>What an operator tells this instance: heard from its own host only.</summary>
internal sealed class InstanceControlService(LeaveGroup leave) : InstanceControl.InstanceControlBase
{
    public override async Task<LeaveResponse> Leave(LeaveRequest request, ServerCallContext context)
    {
        RequireLoopback(context.GetHttpContext().Connection.RemoteIpAddress);
        var handover = await leave();
        return new LeaveResponse { HandedOver = { handover.Done }, NotHandedOver = { handover.Undone }, Reason = handover.Why };
    }

    /// <summary>Queries are for whoever has the credential; to end an instance takes access to its host.</summary>
    internal static void RequireLoopback(IPAddress? caller)
    {
        if (caller is null || !IPAddress.IsLoopback(caller))
            throw new RpcException(new Status(StatusCode.PermissionDenied,
                $"only a caller on this instance's host may end it (127.0.0.1 or ::1); this one is {caller}."));
    }
}
