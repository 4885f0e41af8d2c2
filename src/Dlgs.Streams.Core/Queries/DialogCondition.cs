using System.Text;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What a dialog has to meet: a filter on its fields, or one of the operator's tags. For one thread, as filters are.</summary>
public sealed class DialogCondition
{
    private DialogCondition(DialogFilter? filter, ReadOnlyMemory<byte> tag) => (Filter, Tag) = (filter, tag);

    /// <summary>Null: it is about a tag.</summary>
    public DialogFilter? Filter { get; }

    /// <summary>The tag that the dialog has to carry, in UTF-8; empty: it is about fields.</summary>
    public ReadOnlyMemory<byte> Tag { get; }

    /// <summary>A field has to match.</summary>
    public static DialogCondition Of(DialogFilter filter) => new(filter, default);

    /// <summary>The dialog has to carry a tag.</summary>
    public static DialogCondition OfTag(string tag) => new(null, Encoding.UTF8.GetBytes(tag));

    /// <summary>As <see cref="DialogFilter.Pausing"/>.</summary>
    public DialogCondition Pausing(Action pause) => Filter is null ? this : new DialogCondition(Filter.Pausing(pause), default);

    /// <summary>Whether a dialog meets it: for any, one of its three fields has to match.</summary>
    public bool Matches(Dialog dialog) => Filter switch
    {
        null => dialog.Tags.Contains(Encoding.UTF8.GetString(Tag.Span)),
        { Field: DialogField.Src } => Matches(dialog.Src),
        { Field: DialogField.Dst } => Matches(dialog.Dst),
        { Field: DialogField.Data } => Matches(dialog.Data),
        { Field: DialogField.Any } => Matches(dialog.Src) || Matches(dialog.Dst) || Matches(dialog.Data),
    };

    private bool Matches(string value) => Filter!.Matches(Encoding.UTF8.GetBytes(value));
}
