using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What there is to know of a field: a new one does not compile until it is named.</summary>
public static class DialogFields
{
    /// <summary>The fields by dlgs' names.</summary>
    public static NameTable<DialogField> Names { get; } = new(Enum.GetValues<DialogField>(), Name);

    /// <summary>dlgs' name of a field.</summary>
    public static string Name(this DialogField field) => field switch
    {
        DialogField.Any => "any",
        DialogField.Src => "src",
        DialogField.Dst => "dst",
        DialogField.Data => "data",
    };
}
