using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>How much the store holds: kept as it changes, so that to ask costs nothing. Any thread.</summary>
public sealed partial class DialogStore
{
    /// <summary>Number of Calls held.</summary>
    public int CallCount => calls.Count;

    /// <summary>Calls held of which a bound kept something out: their dialogs show overflow.</summary>
    public int OverflowCount => calls.OverflowCount;

    /// <summary>Bytes of the Calls' records.</summary>
    public long RecordBytes => calls.RecordBytes;

    /// <summary>Ongoing dialogs in a state.</summary>
    public int CountOf(DialogState state) => index.CountOf(state);
}
