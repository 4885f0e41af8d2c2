using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>
/// A walk over the dialogs of several partitions that can be interrupted. The token names the partition, its generation and the place in its
/// store: places of another generation's store mean nothing in this one's.
/// </summary>
internal sealed class DialogPages(IReadOnlyList<AnsweringPartition> partitions, QueryFilter[] filters, StateSet states)
{
    /// <summary>Dialogs that are looked at between two looks at whether it is enough.</summary>
    private const int StepDialogs = 64;

    private int partition;
    private long generation;
    private long cursor;

    public bool IsAtEnd { get; private set; }

    /// <summary>Where to go on; empty: at the end.</summary>
    public string Token => IsAtEnd ? "" : string.Create(CultureInfo.InvariantCulture, $"{partition}.{generation}.{cursor}");

    public void GoTo(string token)
    {
        if (token.Length == 0) return;
        var parts = token.Split('.');
        if (parts.Length != 3
            || !TryParse(parts[0], out var number) || !TryParse(parts[1], out generation) || !TryParse(parts[2], out cursor) || number > int.MaxValue)
            throw QueryRefusal.Argument("page_token", "what next_page_token of the answer before had.");
        partition = (int)number;
    }

    /// <summary>The next dialogs, up to a limit (and the last Call's others), or until it is enough; at least a step. Pauses before each Call.</summary>
    public List<Dialog> Take(int limit, Action pause, CancellationToken enough = default)
    {
        var taken = new List<Dialog>();
        do Step(Math.Min(limit - taken.Count, StepDialogs), taken, pause);
        while (taken.Count < limit && !IsAtEnd && !enough.IsCancellationRequested);
        return taken;
    }

    private void Step(int limit, List<Dialog> taken, Action pause)
    {
        var here = partitions.FirstOrDefault(p => p.Partition >= partition);
        if (here.Store is null)
        {
            IsAtEnd = true;
            return;
        }
        if (here.Partition != partition) (partition, cursor) = (here.Partition, 0);
        if (cursor > 0 && here.Generation != generation)
            throw new QueryRefusal(RefusalKind.Stale, null, $"Partition {partition} was taken over since the page before: begin the list anew.");
        generation = here.Generation;
        foreach (var dialog in here.Store.List(null, states, limit, ref cursor, pause))
            if (filters.All(filter => filter.Matches(dialog))) taken.Add(dialog.ToRecord());
        if (cursor < 0) (partition, generation, cursor) = (partition + 1, 0, 0);
        IsAtEnd = cursor == 0 && partitions.All(p => p.Partition < partition);
    }

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
