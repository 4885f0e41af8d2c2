using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>Writes records as a table, fitted to the terminal where there is one.</summary>
internal static class RecordTables
{
    public static void Write<T>(IAnsiConsole console, IReadOnlyCollection<T> records, Column<T>[] columns, Form form, string? title = null)
    {
        // Headers over nothing say nothing.
        if (records.Count == 0) return;
        try
        {
            WriteTable(console, records, columns, form, title);
        }
        catch (IOException e)
        {
            throw new OutputFailure(readerHasLeft: false, e);
        }
    }

    private static void WriteTable<T>(IAnsiConsole console, IReadOnlyCollection<T> records, Column<T>[] columns, Form form, string? title)
    {
        // A file or a pipe has no width: nothing may be cut there.
        var isFitted = form == Form.Table && console.Profile.Out.IsTerminal;
        var table = new RecordTable<T>(records, columns, isFitted ? console.Profile.Width : null);
        if (!isFitted) console.Profile.Width = Math.Max(console.Profile.Width, table.Width);
        if (title is not null) WriteLine(console, title, Decoration.Bold);
        console.Write(table.Rendered);
        console.WriteLine();
        string[] missing = [.. table.LeftOut, .. table.IsCut ? [$"full {columns.MinBy(column => column.Worth)!.Name}s"] : (string[])[]];
        if (missing.Length > 0) WriteLine(console, $"--wide shows more: {string.Join(", ", missing)}", Decoration.Dim);
    }

    private static void WriteLine(IAnsiConsole console, string text, Decoration decoration)
    {
        console.Write(Output.Text(text, new Style(decoration: decoration)));
        console.WriteLine();
    }
}
