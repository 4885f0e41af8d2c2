using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Answers;

/// <summary>What callers are not told who have not the role read: no number, no tag and no data that they did not name themselves.</summary>
internal static class Withheld
{
    /// <summary>Groups keep their counts. A value stays that the caller asked for by name, and so do states.</summary>
    public static GroupResponse For(Caller caller, GroupRequest request, GroupResponse response)
    {
        if (caller.Roles.HasFlag(Roles.Read) || request.By == GroupField.State) return response;
        var named = request.Filters.SelectMany(filter => filter.Also.Prepend(filter)).Select(filter => NamedBy(filter, request.By)).ToHashSet();
        foreach (var group in response.Groups.Where(group => !named.Contains(group.Value))) group.Value = "";
        response.ValuesWithheld = true;
        return response;
    }

    /// <summary>Of what it tagged or closed: which dialogs these are, and their states.</summary>
    public static IEnumerable<Dialog> For(Caller caller, IEnumerable<Dialog> dialogs) => caller.Roles.HasFlag(Roles.Read) ? dialogs
        : dialogs.Select(dialog => new Dialog
        {
            Id = dialog.Id, CallId = dialog.CallId, FromTag = dialog.FromTag, SinceCseq = dialog.SinceCseq, State = dialog.State, EndReason = dialog.EndReason,
        });

    /// <summary>The one value that a filter lets through; null: it names none of those.</summary>
    private static string? NamedBy(DialogFilter filter, GroupField by) =>
        filter.HasTag ? by == GroupField.Tag ? filter.Tag : null
        : filter.Operator != FilterOperator.Eq ? null
        : (filter.Field, by) switch
        {
            (DialogField.Src, GroupField.Src) or (DialogField.Dst, GroupField.Dst) or (DialogField.Data, GroupField.Data)
                or (DialogField.Any, GroupField.Src or GroupField.Dst or GroupField.Data) => filter.Value,
            _ => null,
        };
}
