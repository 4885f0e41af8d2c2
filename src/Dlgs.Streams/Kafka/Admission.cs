using System.Globalization;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Kafka;

/// <summary>What an operator has decided of one partition: it goes on though records are gone, or begins with an empty store.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">Of the input: where it has to go on (accept_gap), or is to begin (begin_anew).</param>
internal readonly record struct Decision(int Partition, long Offset)
{
    /// <summary>Of "3@1200,5@77".</summary>
    public static HashSet<Decision> Parse(string? setting) =>
        [.. (setting ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(each => each.Split('@')).Select(each =>
            new Decision(int.Parse(each[0], CultureInfo.InvariantCulture), long.Parse(each[1], CultureInfo.InvariantCulture)))];
}

/// <summary>What a restored partition is held to.</summary>
/// <param name="Topics">The topics' names.</param>
/// <param name="Ids">Their ids now; null: not known.</param>
/// <param name="AcceptedIds">Those that may take the place of what was pinned (accept_topics); null: none.</param>
/// <param name="PartitionCount">Partitions that Call-IDs are hashed over.</param>
/// <param name="AcceptGaps">Gaps that the operator has accepted.</param>
/// <param name="BeginAnew">Partitions that may begin with an empty store.</param>
internal sealed record AdmissionRules(
    Topics Topics, TopicIds? Ids, TopicIds? AcceptedIds, int PartitionCount, IReadOnlySet<Decision> AcceptGaps, IReadOnlySet<Decision> BeginAnew);

/// <summary>Whether a partition whose store was read may go on, and where. What the brokers said of it is evidence, and one answer is none.</summary>
/// <param name="NextOffset">Where it goes on.</param>
/// <param name="Closure">Why it may not; null: it may.</param>
/// <param name="IsBeginning">It has no store yet, and there is something to read: as grave a finding as a closure.</param>
/// <param name="Gap">What the operator accepted; null: nothing had to be.</param>
internal sealed record Admission(long NextOffset, Closure? Closure = null, bool IsBeginning = false, string? Gap = null)
{
    /// <summary>What brokers before 2.8, which give no ids, are taken to say.</summary>
    private const string NoId = "AAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>Records that were never read, as far as it is known.</summary>
    public long GapRecords { get; private init; }

    /// <summary>It does not happen on one answer.</summary>
    public bool NeedsProof => Closure is not null || IsBeginning;

    public static Admission Of(int partition, PartitionFacts facts, PartitionRecord? resume, AdmissionRules rules)
    {
        if (resume is null) return WithoutStore(partition, facts, rules);
        if (resume.PartitionCount != rules.PartitionCount)
            return Closed("partitions", $"its store was begun with {resume.PartitionCount} partitions, {rules.Topics.DialogStore} has {rules.PartitionCount}",
                "It opens when the topic has the partitions again that it had");
        if (ReplacedTopics(resume.Topics, rules) is { } replaced) return new Admission(0, replaced);
        return Within(partition, facts.Input, resume.NextOffset, resume.Topics is { } pinned && rules.Ids is { } ids && pinned.SipEvents != ids.Input, rules);
    }

    /// <summary>Null: the topics are those that the store was written with, or the operator has accepted these.</summary>
    public static Closure? ReplacedTopics(PinnedTopics? pinned, AdmissionRules rules)
    {
        if (pinned is null || rules.Ids is not { } now || now == rules.AcceptedIds) return null;
        var replaced = string.Join("; ", Replaced(pinned, now, rules.Topics));
        return replaced.Length == 0 ? null
            : new Closure("topics", $"these are not the topics that its store was written with: {replaced}",
                now.AreComplete ? "To go on with these (made again, a backup, another cluster), start once with accept_topics"
                    : "Start again: the service says then how to go on without it");
    }

    private static Admission WithoutStore(int partition, PartitionFacts facts, AdmissionRules rules)
    {
        var anew = rules.BeginAnew.Where(d => d.Partition == partition).Select(d => (long?)d.Offset).FirstOrDefault();
        // What is below the group's offset was read: all that it led to would be said a second time, and billed.
        var least = Math.Max(facts.Input.Begin, facts.GroupOffset ?? 0);
        if (anew >= least && anew <= facts.Input.End)
            return new Admission(anew.Value, Gap: $"begins with an empty store at offset {anew}, "
                + $"as begin_anew says (the group had committed {facts.GroupOffset?.ToString(CultureInfo.InvariantCulture) ?? "nothing"})");
        var wrong = anew is null ? "" : $" (begin_anew names offset {anew}, which is none from {least} to {facts.Input.End})";
        if (facts.GroupOffset is { } committed)
            return Closed("store",
                $"the group has committed offset {committed}, but {rules.Topics.DialogStore} [{partition}] has no record of where it stood: "
                    + $"somebody deleted the store{wrong}",
                "It opens when the store is restored from a backup. "
                    + $"To go on with an empty one, without the calls that are up: begin_anew={partition}@{committed}");
        return new Admission(facts.Input.Begin, IsBeginning: facts.Input.End > facts.Input.Begin);
    }

    private static Admission Within(int partition, LogEnds input, long next, bool isReplaced, AdmissionRules rules)
    {
        // Of another log the same offset says little: right for a copy that kept its offsets, and a gap for a topic that is new.
        if (next >= input.Begin && next <= input.End)
            return new Admission(next, Gap: isReplaced && next > input.Begin
                ? $"goes on at {next} of another log, as accept_topics says: what that has before, from {input.Begin} on, is not read" : null);
        var isAccepted = rules.AcceptGaps.Contains(new Decision(partition, next));
        var (why, gap, records, on) = next < input.Begin
            ? ($"the log begins at {input.Begin}: {input.Begin - next} records are gone that were never read",
                $"{input.Begin - next} records from offset {next} on were never read", input.Begin - next, input.Begin)
            // The same log, shorter: what it has was read. Another one: nothing of it was.
            : ($"the log ends at {input.End}: the topic was truncated or made anew",
                $"the log ended at {input.End} before offset {next}", 0, isReplaced ? input.Begin : input.End);
        if (isAccepted) return new Admission(on, Gap: $"goes on at {on}, as accept_gap says: {gap}") { GapRecords = records };
        return Closed("gap", $"it has to go on at offset {next}, but {why}", $"To go on at offset {on} without them: accept_gap={partition}@{next}");
    }

    private static IEnumerable<string> Replaced(PinnedTopics pinned, TopicIds now, Topics topics)
    {
        (string Topic, string Was, string IsNow)[] all =
        [
            (topics.SipEvents, pinned.SipEvents, now.Input), (topics.DialogStore, pinned.DialogStore, now.Store),
            (topics.DialogChanges, pinned.DialogChanges, now.Changes),
            (topics.Calls, pinned.Calls, now.Calls), (topics.DeadLetters, pinned.DeadLetters, now.DeadLetters),
        ];
        return all.Where(t => t.Was is not ("" or NoId) && t.IsNow is not NoId && t.Was != t.IsNow)
            .Select(t => t.IsNow.Length == 0 ? $"{t.Topic} (id {t.Was}) was deleted" : $"{t.Topic} had id {t.Was} and has {t.IsNow}, it was made again");
    }

    private static Admission Closed(string cause, string why, string opens) => new(0, new Closure(cause, why, opens));
}
