using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>An answer of this instance itself. Never throws for what a caller may ask: a refusal is an answer.</summary>
internal delegate Task<PeerAnswer> AnswerHere(PeerQuestion question, CancellationToken cancellation);

/// <summary>Whoever can be asked: a member, or this instance.</summary>
internal sealed class Responder(Member? member, AnswerHere here)
{
    /// <summary>For the way, and for a peer to say that its time is over.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);

    /// <summary>Null: this instance.</summary>
    public Member? Member => member;

    /// <summary>Null: it did not answer. One that is not there at all is not asked for a while.</summary>
    public async Task<PeerAnswer?> AskAsync(PeerQuestion question, TimeSpan share, CancellationToken cancellation)
    {
        if (member is null) return await here(question, cancellation);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, member.WhileUp);
        try
        {
            var answer = await member.Peer.AskAsync(question, share > Least ? share : Least, either.Token);
            if (!answer.IsTo(question))
            {
                member.HasFailed();
                return null;
            }
            member.HasAnswered();
            return answer;
        }
        catch (PeerFailedException e)
        {
            if (e.Failure is PeerFailure.Silence or PeerFailure.Untrusted) member.HasFailed();
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It went down meanwhile.
            return null;
        }
    }
}
