using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>From a message to the Call that it is about; and what becomes of one whose Call is full (README.md of Dialogs, "Full").</summary>
public sealed partial class DialogStore
{
    /// <summary>The facts of one message take fewer bytes than this, without their texts.</summary>
    private const int FactBytes = 1024;

    /// <summary>
    /// Merges a message at the current <see cref="LogTime"/>: Advance to the record's time first.
    /// What it makes known is in <see cref="Changes"/>.
    /// </summary>
    public MergeOutcome Merge(in SipMessage message, Cause cause)
    {
        if (!Call.HasFact(message)) return MergeOutcome.NoFact;
        var slot = LoadOrBegin(message.CallId, out var hash);
        var texts = scratch.Texts.Count;
        var news = scratch.Merge(message, LogTime);
        if (!news || !WouldBeFull(slot, message.TextBytes)) return Conclude(news, texts, slot, hash, cause);
        Reload(slot, message.CallId);
        news = scratch.MergeEnd(message, LogTime, out var taken);
        return ConcludeFull(news, taken, slot, hash, cause);
    }

    /// <summary>Merges a tag event at the current <see cref="LogTime"/>.</summary>
    public MergeOutcome Merge(in TagMessage message, Cause cause)
    {
        var slot = LoadOrBegin(message.CallId, out var hash);
        var texts = scratch.Texts.Count;
        var news = scratch.Merge(message, LogTime);
        if (!news || !WouldBeFull(slot, message.Tag.Length + message.FromTag.Length)) return Conclude(news, texts, slot, hash, cause);
        Reload(slot, message.CallId);
        return ConcludeFull(news: false, taken: false, slot, hash, cause);
    }

    /// <summary>Merges an operator's close at the current <see cref="LogTime"/>.</summary>
    public MergeOutcome Merge(in CloseMessage message, Cause cause)
    {
        var slot = LoadOrBegin(message.CallId, out var hash);
        var texts = scratch.Texts.Count;
        var news = scratch.Merge(message, LogTime);
        if (!news || !WouldBeFull(slot, message.ClosedBy.Length + message.FromTag.Length)) return Conclude(news, texts, slot, hash, cause);
        Reload(slot, message.CallId);
        news = scratch.MergeEnd(message, LogTime, out var taken);
        return ConcludeFull(news, taken, slot, hash, cause);
    }

    private MergeOutcome Conclude(bool news, int texts, int slot, uint hash, Cause cause)
    {
        if (news)
        {
            Update(slot, hash, cause);
            return MergeOutcome.Merged;
        }
        // What was refused at a bound may have left its texts in the scratch.
        if (scratch.Texts.Count != texts) loaded = null;
        return MergeOutcome.Known;
    }

    /// <summary>Whether the scratch Call, with its news, is more than a record may hold. Measured only where it may be.</summary>
    private bool WouldBeFull(int slot, int textBytes)
    {
        if (scratch.Reports.Count >= Bounds.Reports || scratch.FactCount > Bounds.Rows) return true;
        var before = slot >= 0 ? calls.Slots[slot].Record!.Length : scratch.CallId.Length;
        var limit = Bounds.RecordBytes - Bounds.FreeBytes;
        return before + textBytes + FactBytes > limit && codec.Measure(scratch) > limit;
    }

    /// <summary>The scratch Call as it was before the message.</summary>
    private void Reload(int slot, ReadOnlySpan<byte> callId)
    {
        loaded = null;
        if (slot >= 0) Load(calls.Slots[slot].Record!);
        else Begin(callId);
    }

    /// <summary>The Call is full: an end counts, everything else is refused, and the dialogs show it.</summary>
    private MergeOutcome ConcludeFull(bool news, bool taken, int slot, uint hash, Cause cause)
    {
        if (taken && !news) return MergeOutcome.Known;
        if (taken)
        {
            // There is room: a full record keeps it free, and more than these cannot come.
            Update(slot, hash, cause);
            return MergeOutcome.Merged;
        }
        loaded = null;
        if (slot < 0) return MergeOutcome.Full;
        Load(calls.Slots[slot].Record!);
        if (scratch.Overflow) return MergeOutcome.Full;
        scratch.Overflow = true;
        Update(slot, hash, cause);
        return MergeOutcome.Full;
    }
}
