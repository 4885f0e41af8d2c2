using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Grpc.Peers;

/// <summary>The other end of a <see cref="PeerConversation"/>: answers each question as soon as it can.</summary>
internal sealed class AnsweredConversation : IDisposable
{
    /// <summary>Questions that are read, and whose answers are not written; then no more are read.</summary>
    private const int MaxOpen = 1_024;

    private readonly AnswerHere here;
    private readonly IServerStreamWriter<NumberedAnswers> answers;
    private readonly CancellationToken gone;
    /// <summary>The peer is gone, or an answer failed.</summary>
    private readonly CancellationTokenSource broken;
    private readonly SemaphoreSlim places = new(MaxOpen);
    /// <summary>No answer: no more questions are read.</summary>
    private readonly Outbox<(long Number, PeerAnswer? Answer)> outbox;
    /// <summary>By number: tells those that are being answered that nobody waits for them.</summary>
    private readonly ConcurrentDictionary<long, CancellationTokenSource> open = new();
    private Exception? failure;

    /// <param name="here">Who knows.</param>
    /// <param name="answers">Where they go.</param>
    /// <param name="gone">The peer is not there any more.</param>
    public AnsweredConversation(AnswerHere here, IServerStreamWriter<NumberedAnswers> answers, CancellationToken gone)
    {
        (this.here, this.answers, this.gone, broken) = (here, answers, gone, CancellationTokenSource.CreateLinkedTokenSource(gone));
        outbox = new(WriteAsync);
    }

    /// <summary>Runs until the peer ends it, or it is to be closed; what is open then is answered.</summary>
    public async Task RunAsync(IAsyncStreamReader<NumberedQuestions> questions, CancellationToken closing)
    {
        try
        {
            if (!await ReadAllAsync(questions, closing)) await TellThatItReadsNoMoreAsync();
            for (var place = 0; place < MaxOpen; place++) await places.WaitAsync(broken.Token);
        }
        catch (OperationCanceledException) when (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            foreach (var abandoned in open.Values) await abandoned.CancelAsync();
        }
    }

    public void Dispose()
    {
        broken.Dispose();
        places.Dispose();
    }

    /// <summary>False: it is to be closed.</summary>
    private async Task<bool> ReadAllAsync(IAsyncStreamReader<NumberedQuestions> questions, CancellationToken closing)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(broken.Token, closing);
        try
        {
            while (await questions.MoveNext(ending.Token))
            {
                foreach (var (number, question) in questions.Current.Numbers.Zip(questions.Current.Questions))
                {
                    // Those that wait to go together have places.
                    if (places.CurrentCount == 0) outbox.Send();
                    await places.WaitAsync(ending.Token);
                    Answer(number, question);
                }
                outbox.Send();
                foreach (var number in questions.Current.Abandoned)
                    if (open.TryGetValue(number, out var abandoned)) await abandoned.CancelAsync();
            }
            return true;
        }
        catch (OperationCanceledException) when (!broken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task TellThatItReadsNoMoreAsync()
    {
        await places.WaitAsync(broken.Token);
        outbox.Add((0, null));
        outbox.Send();
    }

    /// <summary>Most are there at once: those that were asked together are told together.</summary>
    private void Answer(long number, PeerQuestion question)
    {
        var abandoned = new CancellationTokenSource();
        var answer = here(question, abandoned.Token);
        if (answer.IsCompletedSuccessfully)
        {
            outbox.Add((number, answer.Result));
            return;
        }
        open[number] = abandoned;
        _ = TellAsync(number, answer);
    }

    private async Task TellAsync(long number, Task<PeerAnswer> answer)
    {
        try
        {
            outbox.Add((number, await answer));
            outbox.Send();
        }
        catch (Exception e) when (!gone.IsCancellationRequested)
        {
            // What is our fault ends the conversation, and is logged where requests are read.
            failure ??= e;
            await broken.CancelAsync();
        }
        finally
        {
            open.TryRemove(number, out _);
        }
    }

    private async Task WriteAsync(IReadOnlyList<(long Number, PeerAnswer? Answer)> told)
    {
        var message = new NumberedAnswers();
        foreach (var (number, answer) in told)
        {
            message.ReadsNoMore |= answer is null;
            if (answer is null) continue;
            message.Numbers.Add(number);
            message.Answers.Add(answer);
        }
        await answers.WriteAsync(message);
        places.Release(told.Count);
    }
}
