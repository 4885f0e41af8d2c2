using System.Collections.Concurrent;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Grpc.Peers;

/// <summary>Questions to one peer that share a call. Any thread; when it is over, another one begins.</summary>
internal sealed class PeerConversation
{
    /// <summary>Questions that the peer does not take; then it is asked no more.</summary>
    private const int MaxWaiting = 4_096;

    /// <summary>Bytes of a message, as a rule: far less than a peer takes.</summary>
    private const int MessageBytes = 64 * 1024;

    private readonly ConcurrentDictionary<long, TaskCompletionSource<PeerAnswer>> open = new();
    private readonly AsyncDuplexStreamingCall<NumberedQuestions, NumberedAnswers> call;
    /// <summary>No question: nobody waits any more for the answer to the one that had the number.</summary>
    private readonly Outbox<(long Number, PeerQuestion? Question)> outbox;
    private volatile Exception? end;
    private volatile bool readsNoMore;
    private long last;

    private PeerConversation(DialogPeer.DialogPeerClient peer)
    {
        call = peer.Converse();
        outbox = new(WriteAsync);
    }

    /// <summary>It takes no more questions.</summary>
    public bool IsOver => readsNoMore || end is not null;

    public static PeerConversation Begin(DialogPeer.DialogPeerClient peer)
    {
        // It is not of the question that happened to be the first.
        using var apart = ExecutionContext.SuppressFlow();
        var conversation = new PeerConversation(peer);
        _ = conversation.ListenAsync();
        return conversation;
    }

    /// <summary>Throws <see cref="TimeoutException"/> where no answer came in time, and what ended the conversation where that did.</summary>
    public async Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation)
    {
        if (outbox.Count >= MaxWaiting) throw new PeerFailedException(PeerFailure.Silence, $"it takes no questions: {MaxWaiting} wait");
        var number = Interlocked.Increment(ref last);
        var answered = new TaskCompletionSource<PeerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        open[number] = answered;
        try
        {
            // Whoever ends it does so before he looks at what is open.
            if (end is { } reason) throw reason;
            outbox.Add((number, question));
            outbox.Send();
            return await answered.Task.WaitAsync(limit, cancellation);
        }
        finally
        {
            open.TryRemove(number, out _);
            if (!answered.Task.IsCompleted) Abandon(number);
        }
    }

    /// <summary>Ends it, and what is open in it: whoever is silent there may answer elsewhere.</summary>
    public void End() => call.Dispose();

    /// <summary>The peer may be scanning, or wait for a position.</summary>
    private void Abandon(long number)
    {
        outbox.Add((number, null));
        outbox.Send();
    }

    private async Task WriteAsync(IReadOnlyList<(long Number, PeerQuestion? Question)> asked)
    {
        var (message, bytes) = (new NumberedQuestions(), 0);
        foreach (var (number, question) in asked)
        {
            if (question is null) message.Abandoned.Add(number);
            else if (open.ContainsKey(number)) Add(message, number, question);
            if ((bytes += question?.CalculateSize() ?? sizeof(long)) < MessageBytes) continue;
            await call.RequestStream.WriteAsync(message);
            (message, bytes) = (new NumberedQuestions(), 0);
        }
        if (message.Numbers.Count + message.Abandoned.Count > 0) await call.RequestStream.WriteAsync(message);
    }

    private static void Add(NumberedQuestions message, long number, PeerQuestion question)
    {
        message.Numbers.Add(number);
        message.Questions.Add(question);
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) Take(call.ResponseStream.Current);
            end = new PeerFailedException(PeerFailure.Silence, "it ended the conversation");
        }
        catch (RpcException e)
        {
            end = e;
        }
        catch (Exception e)
        {
            // However it ends, nobody waits for it any more.
            end = new PeerFailedException(PeerFailure.Silence, $"the conversation broke off: {e.Message}", e);
        }
        foreach (var answered in open.Values) answered.TrySetException(end);
        call.Dispose();
    }

    private void Take(NumberedAnswers said)
    {
        foreach (var (number, answer) in said.Numbers.Zip(said.Answers))
            if (open.TryGetValue(number, out var answered)) answered.TrySetResult(answer);
        if (said.ReadsNoMore) readsNoMore = true;
    }
}
