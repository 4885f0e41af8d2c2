using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>What is asked of one Call. Any thread.</summary>
public sealed partial class DialogStore
{
    /// <summary>The dialogs of a Call that have not left yet; empty: there are none.</summary>
    public IReadOnlyList<Dialog> Find(ReadOnlySpan<byte> callId) => calls.FindRecord(callId) is { } record ? CallView.Read(record, this, withLeft: false) : [];

    /// <summary>All dialogs of a Call, those that left lists and answers included; empty: it is not known.</summary>
    public IReadOnlyList<Dialog> DialogsOf(ReadOnlySpan<byte> callId) =>
        calls.FindRecord(callId) is { } record ? CallView.Read(record, this, withLeft: true) : [];

    /// <summary>When the youngest ongoing dialog of a Call began to count; null: there is none, or it was restored since.</summary>
    public LamportTime? BegunAt(ReadOnlySpan<byte> callId)
    {
        while (calls.FindFirstRow(callId) is not 0 and var first)
        {
            var begun = index.LatestOf(first - 1);
            // Rows change hands.
            if (calls.FindFirstRow(callId) == first) return begun == Arrivals.Unknown ? null : new LamportTime(begun, Partition);
        }
        return null;
    }
}
