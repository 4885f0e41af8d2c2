using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.Collections;

namespace Dlgs.Streams.Client;

/// <summary>
/// Knows which changes came before. A stream that goes on from a position may repeat what one record caused at one time, in each partition: so
/// much is remembered, and no more.
/// </summary>
internal sealed class SeenChanges
{
    private readonly Dictionary<int, Place> last = [];

    public void RemoveFrom(RepeatedField<DialogChange> changes)
    {
        var news = changes.Where(IsNew).ToArray();
        if (news.Length == changes.Count) return;
        changes.Clear();
        changes.AddRange(news);
    }

    private bool IsNew(DialogChange change)
    {
        // The log time first: it goes on where the offsets of an input that was made anew begin again.
        var at = (change.LogTime.Seconds, change.LogTime.Nanos, change.Cause.Offset);
        if (last.TryGetValue(change.Cause.Partition, out var place) && at.CompareTo(place.At) is var order && order <= 0)
            return order == 0 && place.EventIds.Add(change.EventId);
        last[change.Cause.Partition] = new Place(at, [change.EventId]);
        return true;
    }

    private sealed record Place((long Seconds, int Nanos, long Offset) At, HashSet<string> EventIds);
}
