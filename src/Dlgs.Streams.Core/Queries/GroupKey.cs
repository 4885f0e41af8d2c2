namespace Dlgs.Streams.Core.Queries;

/// <summary>What ongoing dialogs are grouped by.</summary>
public enum GroupKey : byte
{
    /// <summary>The value of src; empty: it is not known.</summary>
    Src,
    /// <summary>The value of dst; empty: it is not known.</summary>
    Dst,
    /// <summary>The value of data; empty: there is none.</summary>
    Data,
    /// <summary>Each tag: a dialog counts in the group of each that it carries, and in none where it carries none.</summary>
    Tag,
    /// <summary>dlgs' name of the state.</summary>
    State,
}

/// <summary>A group and its number of ongoing dialogs, at least 1.</summary>
public readonly record struct DialogGroup(string Value, long Count);
