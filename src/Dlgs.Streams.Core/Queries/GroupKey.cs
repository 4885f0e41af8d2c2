using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What ongoing dialogs are grouped by. The numbers are those of the protocol (dialog_query.proto).</summary>
public enum GroupKey : byte
{
    /// <summary>The value of src; empty: it is not known.</summary>
    Src = 1,
    /// <summary>The value of dst; empty: it is not known.</summary>
    Dst = 2,
    /// <summary>The value of data; empty: there is none.</summary>
    Data = 3,
    /// <summary>Each tag: a dialog counts in the group of each that it carries, and in none where it carries none.</summary>
    Tag = 4,
    /// <summary>dlgs' name of the state.</summary>
    State = 5,
}

/// <summary>What there is to know of a key: a new one does not compile until it is named.</summary>
public static class GroupKeys
{
    /// <summary>The keys by their names.</summary>
    public static NameTable<GroupKey> Names { get; } = new(Enum.GetValues<GroupKey>(), Name);

    private static string Name(GroupKey key) => key switch
    {
        GroupKey.Src => DialogField.Src.Name(),
        GroupKey.Dst => DialogField.Dst.Name(),
        GroupKey.Data => DialogField.Data.Name(),
        GroupKey.Tag => "tag",
        GroupKey.State => "state",
    };
}

/// <summary>A group and its number of ongoing dialogs, at least 1.</summary>
public readonly record struct DialogGroup(string Value, long Count);
