using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Answers;

/// <summary>A partition with its owner, and how far it was when it was found.</summary>
internal sealed record OwnedPartition(Responder Owner, AnsweredPartition Said)
{
    public Position Position => new() { Partition = Said.Partition, Offset = Said.ProcessedOffset };
}

/// <summary>A walk over the dialogs of a cluster, by partition and Call-ID: what stands together at one owner is asked of it at once.</summary>
internal sealed class ClusterPages(ListRequest request, IReadOnlyDictionary<int, OwnedPartition> owners, int partitionCount, PagePlace from)
{
    private PagePlace place = from;

    public List<Dialog> Dialogs { get; } = [];

    /// <summary>Partitions whose owner did not answer, or was none any more, or went back behind where it was found.</summary>
    public List<int> Lost { get; } = [];

    public bool IsAtEnd => place.Partition >= partitionCount;

    /// <summary>Where to go on; empty: at the end.</summary>
    public string Token => IsAtEnd ? "" : place.ToString();

    public async Task StepAsync(int size, TimeSpan share, CancellationToken cancellation)
    {
        if (IsAtEnd) return;
        if (!owners.TryGetValue(place.Partition, out var owned))
        {
            place = new PagePlace(place.Partition + 1, default);
            return;
        }
        int[] run = [.. Enumerable.Range(place.Partition, partitionCount - place.Partition).TakeWhile(p => owners.GetValueOrDefault(p)?.Owner == owned.Owner)];
        var page = request.Clone();
        page.Demand = new Demand { Positions = { run.Select(partition => owners[partition].Position) } };
        (page.PageToken, page.PageSize) = (place.ToString(), size - Dialogs.Count);
        var question = new PeerQuestion { List = page, WaitMs = (int)(share / 2).TotalMilliseconds }.Of(run);
        var part = await FanOut.AskAsync(owned.Owner, question, share, cancellation);
        if (part?.Answer.Refusal is { } refusal && ClusterQueries.IsForAll(refusal)) throw QueryRefusal.Of(refusal);
        // What it has, it lists in order up to its token; what it has not, it passes over.
        var answered = part?.Answered.Where(HasNotGoneBack).Select(said => said.Partition).ToHashSet() ?? [];
        Lost.AddRange(run.Where(partition => !answered.Contains(partition)));
        Dialogs.AddRange(part?.Answer.List?.Dialogs ?? []);
        place = part?.Answer.List is { NextPageToken.Length: > 0 } listed ? PagePlace.Read(listed.NextPageToken) : new PagePlace(run[^1] + 1, default);
    }

    private bool HasNotGoneBack(AnsweredPartition said) => said.ProcessedOffset >= owners[said.Partition].Said.ProcessedOffset;
}
