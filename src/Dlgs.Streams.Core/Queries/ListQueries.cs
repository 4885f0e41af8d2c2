using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>A part of a list.</summary>
/// <param name="Dialogs">By Call-ID bytewise; those of one Call by From-tag, then since_cseq.</param>
/// <param name="Next">The Call-ID after which the list goes on; null: this was its end.</param>
public sealed record DialogPage(IReadOnlyList<Dialog> Dialogs, ReadOnlyMemory<byte>? Next);

/// <summary>Lists of one partition's store; any thread.</summary>
public static class ListQueries
{
    /// <summary>
    /// The dialogs of a selection that have not left, of Calls after a Call-ID (empty: from the first one on), in the order of their Call-IDs:
    /// whoever goes on with <see cref="DialogPage.Next"/> sees every dialog once that was there all the time, on whatever instance. A page is
    /// one walk over the Calls, which keeps the next <paramref name="limit"/> of them: no order is kept, which the writer would have to pay for,
    /// and no snapshot, which memory would. So a long list is cheaper in large pages. A Call's dialogs are never split: there may be more than
    /// the limit by those of one Call.
    /// </summary>
    /// <param name="store">The partition's.</param>
    /// <param name="selection">Which dialogs; its pause is called before each Call.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="limit">At least 1.</param>
    /// <param name="begunBy">Only those whose init time is at or before it; null: all. A superseded dialog has none, and is in no list.</param>
    public static DialogPage List(this DialogStore store, DialogSelection selection, ReadOnlySpan<byte> after, int limit, SipTime? begunBy = null)
    {
        var reader = new CallReader(store, selection, begunBy);
        // One more than is needed says whether there are more.
        var next = new NextCalls(limit + 1);
        for (var slot = 0; slot < store.Calls.End; slot++)
        {
            selection.Pause?.Invoke();
            if (Volatile.Read(ref store.Calls.Slots[slot].Record) is not { } record) continue;
            if (CallCodec.CallIdOf(record).SequenceCompareTo(after) > 0 && next.HasPlaceFor(record) && reader.HasMatch(record)) next.Add(record);
        }
        return Take(next, reader, limit);
    }

    private static DialogPage Take(NextCalls next, CallReader reader, int limit)
    {
        var dialogs = new List<Dialog>();
        ReadOnlySpan<byte> last = default;
        foreach (var record in next.InOrder())
        {
            var callId = CallCodec.CallIdOf(record);
            // Forgotten and begun again during the walk.
            if (callId.SequenceEqual(last)) continue;
            if (dialogs.Count >= limit) return new DialogPage(dialogs, last.ToArray());
            dialogs.AddRange(reader.Read(record));
            last = callId;
        }
        // No plain null: it would be an empty array, that one an empty Call-ID, and the list would begin anew.
        return new DialogPage(dialogs, next.IsFull ? last.ToArray() : default(ReadOnlyMemory<byte>?));
    }
}
