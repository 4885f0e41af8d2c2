using System.Diagnostics.Metrics;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// What the lanes count. What a transaction did counts when it is committed: of a record that came again after an abort there is one. Of a
/// transaction of which nobody knows whether it was, nothing counts.
/// </summary>
internal sealed class LaneMetrics(ServiceMeter meter)
{
    /// <summary>The outcome of a transaction that the brokers will never take.</summary>
    public const string Refused = "refused";

    private const string Settled = "settled";

    private readonly RunningCounts<RecordEffect> events = meter.Count<RecordEffect>(
        new("dlgs.events", "{event}", "Input records by what they did: merged, known already, no fact of a call, a full Call, a tick, unusable.", "effect"),
        Label.Of);

    private readonly RunningCounts<EventFailure> deadLetters = meter.Count<EventFailure>(
        new("dlgs.dead_letters", "{record}", "Input records put aside in the topic of dead letters, by cause.", "cause"),
        Enum.GetValues<EventFailure>().Where(failure => failure != EventFailure.None), failure => [failure.Name()]);

    private readonly RunningCount latin1Events = meter.Count(
        new("dlgs.latin1_events", "{event}", "Events with strings that are not UTF-8, read as Latin-1."));

    private readonly RunningCounts<string> changes = meter.Count(
        new("dlgs.changes", "{change}", "Changes published, by the state that they tell of, or settled.", "kind"),
        [.. DialogStates.Names.All, Settled], kind => new[] { kind });

    private readonly RunningCounts<(DialogState State, EndReason Reason)> settled = meter.Count<(DialogState State, EndReason Reason)>(
        new("dlgs.calls_settled", "{call}", "Calls that settled for the first time, by how they ended: what billing gets.", "state", "reason"),
        [
            (DialogState.Terminated, EndReason.Bye), (DialogState.Terminated, EndReason.Gone),
            (DialogState.Terminated, EndReason.Expired), (DialogState.Terminated, EndReason.Closed),
            (DialogState.NotAnswered, EndReason.Cancelled), (DialogState.NotAnswered, EndReason.Rejected),
            (DialogState.NotAnswered, EndReason.Expired), (DialogState.NotAnswered, EndReason.Closed),
        ],
        end => [end.State.Name(), Label.Of(end.Reason)]);

    private readonly RunningCount gaps = meter.Count(
        new("dlgs.gap_records", "{record}", "Input records that were gone, where an operator let a partition go on; at least 1 a gap."));

    /// <summary>By outcome: a <see cref="TransactionOutcome"/>, or <see cref="Refused"/>.</summary>
    public RunningCounts<string> Transactions { get; } = meter.Count(
        new("dlgs.transactions", "{transaction}",
            "Transactions by outcome: committed, aborted, abandoned before their end, undecided (the stores are read again), refused for good.", "outcome"),
        [.. Enum.GetValues<TransactionOutcome>().Select(Label.Of), Refused], outcome => new[] { outcome });

    public Histogram<double> CommitTime { get; } = meter.Time(
        new("dlgs.commit.duration", "s", "How long transactions took that were committed, from the first record written to the brokers' word."),
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5]);

    public RunningCounts<string> ProducersReplaced { get; } = meter.Count(
        new("dlgs.producers_replaced", "{producer}", "Transactional producers replaced, by reason.", "reason"),
        ["slow-commit", "undecided", "failure", "reports"], reason => new[] { reason });

    public RunningCounts<string> Closures { get; } = meter.Count(
        new("dlgs.closures", "{closure}", "How often partitions came to stand still, by cause; the log says what opens them.", "cause"),
        ["altered-topic", "fault", "gap", "partitions", "store", "topics"], cause => new[] { cause });

    public RunningCount UnreadableChanges { get; } = meter.Count(
        new("dlgs.unreadable_changes", "{record}", "Records of dialog-changes that are no change, and were passed over where somebody watches."));

    /// <summary>What the open transaction of a partition did, before its commit is noted there.</summary>
    public void Committed(LanePartition partition)
    {
        foreach (var (effect, count) in partition.Effects.All) events.Add(effect, count);
        latin1Events.Add(partition.Effects.Latin1);
        foreach (var letter in partition.DeadLetters) deadLetters.Add(letter.Failure);
        gaps.Add(partition.GapRecords);
        foreach (var change in partition.Store.Changes)
        {
            var dialog = change.Dialog;
            changes.Add(dialog.Settled ? Settled : dialog.State.Name());
            if (dialog is { Settled: true, Revision: 1 }) settled.Add((dialog.State, dialog.EndReason));
        }
    }
}
