namespace Dlgs.Streams.Cluster;

/// <summary>
/// Who counts for which partition. Two instances may answer for one, in the middle of a hand-over: the higher generation is the owner. What it says is
/// in the answer once, and what the other says, not at all.
/// </summary>
internal static class Ownership
{
    /// <summary>Whether each partition is in one of several answers at most, as between hand-overs.</summary>
    public static bool IsUndisputed(IReadOnlyList<PartAnswer> answers)
    {
        var seen = new HashSet<int>();
        foreach (var answer in answers)
            foreach (var said in answer.Answered)
                if (!seen.Add(said.Partition)) return false;
        return true;
    }

    /// <summary>For each of several answers the partitions of it that count, by number.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<IReadOnlyList<AnsweredPartition>> answers)
    {
        var owners = new Dictionary<int, (int Answer, AnsweredPartition Said)>();
        for (var answer = 0; answer < answers.Count; answer++)
            foreach (var said in answers[answer])
                if (!owners.TryGetValue(said.Partition, out var owner) || IsAhead(said, owner.Said)) owners[said.Partition] = (answer, said);
        return [.. answers.Select((_, answer) => (IReadOnlyList<int>)[.. owners.Where(o => o.Value.Answer == answer).Select(o => o.Key).Order()])];
    }

    /// <summary>Of one generation there is one owner; should there be two, the one that is further.</summary>
    private static bool IsAhead(AnsweredPartition said, AnsweredPartition owner) =>
        said.Generation != owner.Generation ? said.Generation > owner.Generation : said.CommittedOffset > owner.CommittedOffset;
}
