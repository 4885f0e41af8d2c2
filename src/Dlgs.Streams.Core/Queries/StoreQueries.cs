using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>A set of states.</summary>
[Flags]
public enum StateSet : byte
{
    None = 0,
    Init = 1 << DialogState.Init,
    Progress = 1 << DialogState.Progress,
    Answered = 1 << DialogState.Answered,
    Confirmed = 1 << DialogState.Confirmed,
    Terminated = 1 << DialogState.Terminated,
    NotAnswered = 1 << DialogState.NotAnswered,
    Ongoing = Init | Progress | Answered | Confirmed,
    All = Ongoing | Terminated | NotAnswered,
}

/// <summary>Questions to one partition's store; any thread.</summary>
public static class StoreQueries
{
    /// <summary>Ongoing dialogs in <paramref name="states"/> that match the filter (null: all), those of one Call-ID left out (empty: none).</summary>
    public static long Count(this DialogStore store, DialogFilter? filter, StateSet states, ReadOnlySpan<byte> excludedCallId)
        => throw new NotImplementedException();

    /// <summary>Ongoing dialogs that carry the operator's tag, those of one Call-ID left out (empty: none).</summary>
    public static long CountTagged(this DialogStore store, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> excludedCallId)
        => throw new NotImplementedException();

    /// <summary>
    /// At most <paramref name="limit"/> dialogs that have not left, match the filter (null: all) and are in <paramref name="states"/>, from
    /// <paramref name="cursor"/> on (0 at first, then what the last call left there; -1 when there is no more).
    /// </summary>
    public static IReadOnlyList<Dialog> List(this DialogStore store, DialogFilter? filter, StateSet states, int limit, ref long cursor)
        => throw new NotImplementedException();
}
