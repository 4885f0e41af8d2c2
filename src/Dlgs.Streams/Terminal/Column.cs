using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>
/// One column of a table: what it shows of a record. Worth 1 is worth most; the columns that are worth less leave first where there is no
/// room.
/// </summary>
internal sealed record Column<T>(int Worth, string Name, Func<T, string> Text)
{
    /// <summary>For the sake of the first few, the one that is worth most is cut; for the others it is not.</summary>
    private const int Core = 4;

    public bool IsCore => Worth <= Core;

    /// <summary>How it is named on the command line: its first word.</summary>
    public string Key { get; } = Name.Split(' ')[0].ToLowerInvariant();

    public Func<T, Style>? Look { get; init; }

    /// <summary>What sorts by it; null: its text.</summary>
    public Func<T, IComparable>? Order { get; init; }
}
