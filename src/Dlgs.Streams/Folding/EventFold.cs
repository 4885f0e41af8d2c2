using Dlgs.Streams.Client;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Folding;

/// <summary>What a record did.</summary>
/// <param name="Failure">Why it could not be used: it goes to the dead letters.</param>
/// <param name="Outcome">What it did to the store; null: it is a tick, or could not be used.</param>
/// <param name="IsLatin1">A string of it was not UTF-8, and was read as Latin-1.</param>
internal readonly record struct FoldedEvent(EventFailure Failure, MergeOutcome? Outcome, bool IsLatin1);

/// <summary>
/// The one step from a record of the input to what it does to a store: read, check, clock, merge. The lane, the oracle of the tests and the
/// benchmark all take it, so that none of them can know another truth. Not for several threads at once.
/// </summary>
internal sealed class EventFold(FieldLimits limits, ProxyClocks clocks)
{
    private readonly SipEventReader reader = new(limits);

    /// <summary>
    /// Of a record's value, after the store was advanced to the record's log time. Where its Call-ID belongs is decided by the bytes that its producer
    /// hashed, over <paramref name="partitionCount"/>; the record's key is not looked at. An empty value is an empty event, and no value is none.
    /// </summary>
    public FoldedEvent Apply(DialogStore store, ReadOnlySpan<byte> value, bool isNull, int partitionCount, Cause cause)
    {
        var failure = reader.Read(value, out var kind, out var message, out var tag, out var close);
        if (isNull) failure = EventFailure.Malformed;
        if (store.LogTime == LogTime.Start) failure = EventFailure.NoLogTime;
        if (failure == EventFailure.None && kind == EventKind.Tick) return default;
        if (failure == EventFailure.None && CallIdPartitioner.PartitionOf(reader.CallIdAsSent(value), partitionCount) != store.Partition)
            failure = EventFailure.WrongPartition;
        if (failure != EventFailure.None) return new FoldedEvent(failure, null, false);
        var outcome = MergeOutcome.NoFact;
        switch (kind)
        {
            case EventKind.Message:
                message.Time = clocks.Check(message.Proxy, message.Time, store.LogTime);
                outcome = store.Merge(message, cause);
                break;
            case EventKind.Tag:
                tag.Time = clocks.Check(message.Proxy, tag.Time, store.LogTime);
                outcome = store.Merge(tag, cause);
                break;
            case EventKind.Close:
                close.Time = clocks.Check(message.Proxy, close.Time, store.LogTime);
                outcome = store.Merge(close, cause);
                break;
            case EventKind.Tick or EventKind.Unknown:
                break;
        }
        return new FoldedEvent(outcome == MergeOutcome.Full ? EventFailure.CallFull : EventFailure.None, outcome, reader.IsLatin1);
    }
}
