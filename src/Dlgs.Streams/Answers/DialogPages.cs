using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Answers;

/// <summary>A walk over the dialogs of several partitions, by partition and Call-ID, that can be interrupted.</summary>
internal sealed class DialogPages(
    IReadOnlyList<AnsweringPartition> partitions, DialogSelection selection, SipTime? begunBy = null, PagePlace from = default)
{
    private PagePlace place = from;

    public bool IsAtEnd { get; private set; }

    /// <summary>Where to go on; empty: at the end.</summary>
    public string Token => IsAtEnd ? "" : place.ToString();

    /// <summary>The next dialogs, up to a limit (and the last Call's others), or until it is enough; at least of one partition.</summary>
    public List<Dialog> Take(int limit, CancellationToken enough = default)
    {
        var taken = new List<Dialog>();
        do Step(limit - taken.Count, taken);
        while (taken.Count < limit && !IsAtEnd && !enough.IsCancellationRequested);
        return taken;
    }

    private void Step(int limit, List<Dialog> taken)
    {
        var here = partitions.FirstOrDefault(p => p.Partition >= place.Partition);
        if (here.Store is null)
        {
            IsAtEnd = true;
            return;
        }
        if (here.Partition != place.Partition) place = new PagePlace(here.Partition, default);
        var page = here.Store.List(selection, place.After.Span, limit, begunBy);
        taken.AddRange(page.Dialogs);
        place = page.Next is { } next ? place with { After = next } : new PagePlace(place.Partition + 1, default);
        IsAtEnd = page.Next is null && partitions.All(p => p.Partition < place.Partition);
    }
}
