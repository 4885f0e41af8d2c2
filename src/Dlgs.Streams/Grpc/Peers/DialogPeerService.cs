using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace Dlgs.Streams.Grpc.Peers;

/// <summary>What other instances ask this one.</summary>
internal sealed class DialogPeerService(Membership members, AnswerHere here) : DialogPeer.DialogPeerBase
{
    public override Task<PeerHello> Meet(PeerHello request, ServerCallContext context) =>
        Task.FromResult(members.Receive(request, context.GetHttpContext().Connection.RemoteIpAddress));

    public override Task<PeerAnswer> Ask(PeerQuestion request, ServerCallContext context) => here(request, context.CancellationToken);

    /// <summary>Ends when the peer ends it, or when the connection is to be closed because this instance stops: with all answers that are open.</summary>
    public override async Task Converse(
        IAsyncStreamReader<NumberedQuestions> requestStream, IServerStreamWriter<NumberedAnswers> responseStream, ServerCallContext context)
    {
        using var conversation = new AnsweredConversation(here, responseStream, context.CancellationToken);
        await conversation.RunAsync(requestStream, ClosingOf(context));
    }

    private static CancellationToken ClosingOf(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
}
