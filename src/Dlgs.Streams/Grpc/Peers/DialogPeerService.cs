using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Grpc.Peers;

/// <summary>What other instances ask this one.</summary>
internal sealed class DialogPeerService(Membership members, AnswerHere here) : DialogPeer.DialogPeerBase
{
    public override Task<PeerHello> Meet(PeerHello request, ServerCallContext context) =>
        Task.FromResult(members.Receive(request, context.GetHttpContext().Connection.RemoteIpAddress));

    public override Task<PeerAnswer> Ask(PeerQuestion request, ServerCallContext context) => here(request, context.CancellationToken);
}
