using Dlgs.Streams.Logging;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>
/// Records as a table that fits: with fewer columns where there is little room, not with narrower ones. Only the column that is worth
/// most, the name of the record, may be cut.
/// </summary>
internal sealed class RecordTable<T>
{
    private const int Gap = 2;
    private const int ShortestName = 12;

    private readonly Column<T>[] columns;
    private readonly string[][] cells;
    private readonly int[] widths;
    private readonly List<int> kept = [];

    /// <summary>Room is the characters in a line; null: as many as it takes, and every column is there.</summary>
    public RecordTable(IReadOnlyCollection<T> records, Column<T>[] columns, int? room)
    {
        this.columns = columns;
        cells = [.. records.Select(record => columns.Select(column => PlainText.Of(column.Text(record))).ToArray())];
        widths = [.. columns.Select((column, i) => cells.Select(row => row[i]).Append(column.Name).Max(TextWidth.Of))];
        foreach (var i in Enumerable.Range(0, columns.Length).OrderBy(i => columns[i].Worth))
            if (room is null || (IsFilled(i) && WidthWith(i) <= room)) kept.Add(i);
        Width = kept.Sum(i => widths[i]) + Gap * (kept.Count - 1);
        if (room is { } most && Width > most) CutNames(most);
        Rendered = Render([.. records]);
    }

    /// <summary>Characters in its lines.</summary>
    public int Width { get; private set; }

    public Table Rendered { get; }

    /// <summary>What had something to show, and no room.</summary>
    public string[] LeftOut => [.. Enumerable.Range(0, columns.Length).Where(i => IsFilled(i) && !kept.Contains(i)).Select(i => columns[i].Name)];

    /// <summary>The names are not shown in full.</summary>
    public bool IsCut { get; private set; }

    private int Name => kept[0];

    private bool IsFilled(int column) => columns[column].Worth == 1 || cells.Any(row => row[column].Length > 0);

    private int WidthWith(int column)
    {
        if (kept.Count == 0) return 0;
        var name = columns[column].IsCore ? Math.Min(widths[Name], ShortestName) : widths[Name];
        return name + kept.Skip(1).Append(column).Sum(i => Gap + widths[i]);
    }

    private void CutNames(int room)
    {
        IsCut = true;
        var most = Math.Max(1, widths[Name] - (Width - room));
        foreach (var row in cells) row[Name] = TextWidth.Cut(row[Name], most);
        Width = room;
    }

    private Table Render(T[] records)
    {
        var table = new Table().Border(TableBorder.None);
        int[] shown = [.. kept.Order()];
        foreach (var i in shown)
        {
            var header = new Text(columns[i].Name, new Style(decoration: Decoration.Underline));
            table.AddColumn(new TableColumn(header).NoWrap().PadLeft(0).PadRight(i == shown[^1] ? 0 : Gap));
        }
        for (var row = 0; row < records.Length; row++)
            table.AddRow(shown.Select(i => Output.Text(cells[row][i], columns[i].Look?.Invoke(records[row]))));
        return table;
    }
}
