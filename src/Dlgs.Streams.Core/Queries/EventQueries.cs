using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What has to be known of a Call before an operator's event is written for it; any thread.</summary>
public static class EventQueries
{
    /// <summary>Whether anything is known of a Call, be it that no dialog of it is.</summary>
    public static bool Knows(this DialogStore store, ReadOnlySpan<byte> callId) => store.Calls.FindRecord(callId) is not null;

    /// <summary>
    /// The latest time of an event that adds a tag to the Call's dialogs or takes it away; null: none is known. Tags that INVITEs bring have the
    /// times of their attempts, which are the dialogs'.
    /// </summary>
    public static SipTime? LatestTagEvent(this DialogStore store, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> tag)
    {
        if (store.Calls.FindRecord(callId) is not { } record) return null;
        var call = new Call(store.Bounds);
        CallCodec.Decode(record, call, out _);
        SipTime? latest = null;
        foreach (ref var fact in call.Tags.Span)
            if (fact.At.Happened && call.Texts[fact.Tag].SequenceEqual(tag) && !(fact.At.Sip <= latest)) latest = fact.At.Sip;
        return latest;
    }
}
