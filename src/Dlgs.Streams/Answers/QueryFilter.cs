using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Answers;

/// <summary>A filter of a request, under its name there: by field, or by the operator's tag.</summary>
internal sealed record QueryFilter(string Name, DialogFilter? Field, string? Tag)
{
    /// <summary>Whether counting by it has to walk over values or rows: of a part of the states there are no counters by value or tag.</summary>
    public bool IsScan(StateSet states) => Field is { IsScan: true } || states != StateSet.Ongoing;

    public bool Matches(Dialog dialog) => Tag is null ? Field!.Matches(dialog) : dialog.Tags.Contains(Tag);

    public long Count(DialogStore store, StateSet states, byte[] excludedCallId) =>
        Tag is null ? store.Count(Field, states, excludedCallId) : store.CountTagged(Encoding.UTF8.GetBytes(Tag), states, excludedCallId);

    /// <summary>The same for one scan, which it pauses before each value.</summary>
    public QueryFilter Pausing(Action<string> pause)
    {
        var what = $"{Name}.value";
        return Field is null ? this : this with { Field = Field.Pausing(() => pause(what)) };
    }
}
