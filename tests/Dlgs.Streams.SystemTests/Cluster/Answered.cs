using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>An answer as it was given, to be held to the history when that is known.</summary>
/// <param name="Instance">Who was asked.</param>
/// <param name="What">The question, in a word.</param>
/// <param name="Coverage">What it says that it covers; of pages, what all of them do, from the lowest position on.</param>
/// <param name="Holds">Null: it is as it has to be; else what is wrong.</param>
internal sealed record Answered(string Instance, string What, Coverage Coverage, Func<DialogHistory, IReadOnlyDictionary<int, Span>, string?> Holds)
{
    /// <summary>Where the logs of all partitions ended when it had come.</summary>
    public IReadOnlyDictionary<int, long> Ends { get; set; } = new Dictionary<int, long>();

    /// <summary>From committed positions on, for what counts only then.</summary>
    public bool IsOfCommitted { get; init; }

    /// <summary>What was said of partitions that answered, in each page.</summary>
    public IReadOnlyList<PartitionCoverage> Said { get; init; } = [.. OwnedIn(Coverage)];

    public IEnumerable<PartitionCoverage> Owned => OwnedIn(Coverage);

    public static IEnumerable<PartitionCoverage> OwnedIn(Coverage coverage) =>
        coverage.Partitions.Where(said => said.Phase == PartitionPhase.Active && !coverage.MissingPartitions.Contains(said.Partition));

    /// <summary>What the answer is to be judged by: of each partition that it covers, from where it says it was to where it can have been at most.</summary>
    public IReadOnlyDictionary<int, Span> Spans => Owned.ToDictionary(said => said.Partition,
        said => new Span(IsOfCommitted ? said.CommittedOffset : said.ProcessedOffset, Math.Max(said.ProcessedOffset, Ends[said.Partition])));

    /// <summary>Each partition is in it or missing, and complete is what lacks none.</summary>
    public string? FaultOfCoverage()
    {
        int[] there = [.. Owned.Select(said => said.Partition), .. Coverage.MissingPartitions];
        if (!there.Order().SequenceEqual(Enumerable.Range(0, RecordedTraffic.Partitions))) return $"covers or misses {string.Join(",", there.Order())}";
        return Coverage.Complete == (Coverage.MissingPartitions.Count == 0) ? null : $"complete: {Coverage.Complete}, missing: {Coverage.MissingPartitions}";
    }

    public override string ToString() => $"{Instance}: {What} of {string.Join(",", Spans.Select(span => $"{span.Key}@{span.Value.From}-{span.Value.To}"))}";
}
