using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using PartitionPhase = Dlgs.Streams.Contracts.V1.PartitionPhase;

namespace Dlgs.Streams.Cluster;

/// <summary>One of the answers that make one: of whom, and what each of the partitions says that are in it.</summary>
internal sealed record PartAnswer(Responder Responder, PeerAnswer Answer, IReadOnlyList<AnsweredPartition> Answered);

/// <summary>Asks this instance and all others that are up, in parallel, each once. They ask nobody.</summary>
internal sealed class FanOut(Membership members, PartitionRegistry registry, AnswerHere here)
{
    /// <summary>Two owners of one partition are asked again for the rest of theirs; ownership that changes faster than that is nobody's.</summary>
    private const int Rounds = 3;

    /// <summary>Whether there is anybody to ask.</summary>
    public bool HasPeers => members.Up.Count > 0;

    /// <summary>
    /// Answers of which each partition is in at most one. What is not in any did not answer. Refusals are answers, too.
    /// </summary>
    /// <param name="question">Of the partitions that it names, or of all.</param>
    /// <param name="share">What a peer may take of the caller's time.</param>
    /// <param name="cancellation">The caller, and its time.</param>
    public async Task<IReadOnlyList<PartAnswer>> AskAsync(PeerQuestion question, TimeSpan share, CancellationToken cancellation)
    {
        List<PartAnswer> parts = [.. await AskAsync(Responders(), question, share, cancellation)];
        for (var round = 1; ; round++)
        {
            if (Ownership.IsUndisputed(parts)) return parts;
            var owned = Ownership.Of([.. parts.Select(part => part.Answered)]);
            var beaten = parts.Index().Where(part => owned[part.Index].Count < part.Item.Answered.Count).ToArray();
            foreach (var (_, part) in beaten) parts.Remove(part);
            if (round == Rounds) return parts;
            var again = beaten.Where(part => owned[part.Index].Count > 0)
                .Select(part => AskAsync(part.Item.Responder, question.Of(owned[part.Index]), share, cancellation));
            parts.AddRange((await Task.WhenAll(again)).OfType<PartAnswer>());
        }
    }

    /// <summary>Whoever owns a partition, as far as is known here; null: nobody is known.</summary>
    public Responder? OwnerOf(int partition)
    {
        var (owner, best) = ((Member?)null, GenerationHere(partition));
        foreach (var member in members.Up)
            if (GenerationOf(member.Hello!.Partitions, partition) is var generation && generation > best) (owner, best) = (member, generation);
        return best == 0 ? null : new Responder(owner, here);
    }

    private long GenerationHere(int partition) =>
        registry.Find(partition) is { Phase: Partitions.PartitionPhase.Active } view ? view.Generation : 0;

    /// <summary>0: it does not answer for it.</summary>
    private static long GenerationOf(IEnumerable<PartitionCoverage> partitions, int partition) =>
        partitions.FirstOrDefault(said => said.Partition == partition && said.Phase == PartitionPhase.Active)?.Generation ?? 0;

    /// <summary>Null: it did not answer.</summary>
    public static Task<PartAnswer?> AskAsync(Responder responder, PeerQuestion question, TimeSpan share, CancellationToken cancellation) =>
        AskInTimeAsync(responder, InTime(question, share), share, cancellation);

    private static async Task<IEnumerable<PartAnswer>> AskAsync(
        IEnumerable<Responder> responders, PeerQuestion question, TimeSpan share, CancellationToken cancellation)
    {
        var timed = InTime(question, share);
        return (await Task.WhenAll(responders.Select(responder => AskInTimeAsync(responder, timed, share, cancellation)))).OfType<PartAnswer>();
    }

    /// <summary>
    /// A copy, which stays as it is: whoever asks again may change his question while the last one is still being sent. Who is asked says that it took too
    /// long before whoever asks gives it up, and is not taken for dead.
    /// </summary>
    private static PeerQuestion InTime(PeerQuestion question, TimeSpan share)
    {
        var timed = question.Clone();
        timed.TimeMs = Math.Max(1, (int)(share * .875).TotalMilliseconds);
        return timed;
    }

    private static async Task<PartAnswer?> AskInTimeAsync(Responder responder, PeerQuestion question, TimeSpan share, CancellationToken cancellation) =>
        await responder.AskAsync(question, share, cancellation) is { } answer
            ? new PartAnswer(responder, answer, answer.Answered.ToRows())
            : null;

    private IEnumerable<Responder> Responders() => members.Up.Select(member => new Responder(member, here)).Append(new Responder(null, here));
}
