using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc.Peers;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>How a scripted peer holds a conversation.</summary>
internal delegate Task Converse(IAsyncStreamReader<NumberedQuestions> questions, IServerStreamWriter<NumberedAnswers> answers, ServerCallContext context);

/// <summary>A peer behind a real connection, whose conversations the test scripts, and another instance's way to it.</summary>
internal sealed class ConversingPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication app;

    private ConversingPeer(WebApplication app, TimeSpan longestSilence)
    {
        this.app = app;
        Peer = new GrpcPeer(new Uri(app.Urls.Single()), tls: null, longestSilence);
    }

    public GrpcPeer Peer { get; }

    /// <summary>The first conversation goes by the first script, and so on; all others by the last.</summary>
    public static Task<ConversingPeer> StartAsync(params Converse[] scripts) => StartAsync(Patience, scripts);

    /// <summary>The same; who is asked and says nothing for so long is not there.</summary>
    public static async Task<ConversingPeer> StartAsync(TimeSpan longestSilence, params Converse[] scripts) =>
        new(await ScriptedServer.StartAsync(new Scripted(scripts)), longestSilence);

    /// <summary>As an instance converses, over what the test answers; until the connection is to be closed.</summary>
    public static Converse By(AnswerHere here, CancellationToken closing) => async (questions, answers, context) =>
    {
        using var conversation = new AnsweredConversation(here, answers, context.CancellationToken);
        await conversation.RunAsync(questions, closing);
    };

    /// <summary>A question that can be told from others.</summary>
    public static PeerQuestion Question(int number) => new() { Limit = number, Count = new CountRequest() };

    /// <summary>Its answer.</summary>
    public static PeerAnswer AnswerTo(PeerQuestion question) => new() { Count = new CountResponse { Counts = { question.Limit } } };

    public async Task<int> AskAsync(int number, TimeSpan? limit = null) =>
        (int)(await Peer.AskAsync(Question(number), limit ?? TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Count.Counts.Single();

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await app.DisposeAsync();
    }

    private sealed class Scripted(Converse[] scripts) : DialogPeer.DialogPeerBase
    {
        private int conversations = -1;

        public override Task Converse(
            IAsyncStreamReader<NumberedQuestions> requestStream, IServerStreamWriter<NumberedAnswers> responseStream, ServerCallContext context) =>
            scripts[Math.Min(Interlocked.Increment(ref conversations), scripts.Length - 1)](requestStream, responseStream, context);
    }
}
