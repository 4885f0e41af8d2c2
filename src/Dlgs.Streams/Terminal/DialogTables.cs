using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>How a command shows what it found.</summary>
internal enum Form
{
    /// <summary>As many columns as the terminal has room for; all where it is none.</summary>
    Table,
    /// <summary>Every column, and nothing cut.</summary>
    Wide,
    /// <summary>One record a line.</summary>
    Json,
}

/// <summary>Dialogs and changes as tables, coloured on a terminal.</summary>
internal static class DialogTables
{
    private static readonly Column<Dialog>[] OfDialogs =
    [
        new(1, "Call-ID", d => d.CallId),
        new(8, "From-tag", d => DialogWords.Caller(d.FromTag, d.SinceCseq)),
        new(2, "State", d => DialogWords.State(d.State)) { Look = d => DialogWords.Look(d.State) },
        new(7, "Why", d => DialogWords.Why(d.EndReason, d.EndedBy, d.SipStatus, d.ExpiredLifetime)),
        new(3, "Src", d => d.Src),
        new(4, "Dst", d => d.Dst),
        new(6, "Init (UTC)", d => DialogWords.Time(d.InitTime)),
        new(5, "Talk", d => DialogWords.Talk(d.Duration)),
    ];

    private static readonly Column<DialogChange>[] OfChanges =
    [
        new(4, "Log time (UTC)", c => DialogWords.Time(c.LogTime)),
        new(1, "Call-ID", c => c.CallId),
        new(8, "From-tag", c => DialogWords.Caller(c.FromTag, c.SinceCseq)),
        new(6, "Seq", c => c.Sequence.ToString(CultureInfo.InvariantCulture)),
        new(3, "From", c => DialogWords.State(c.PreviousState)) { Look = c => DialogWords.Look(c.PreviousState) },
        new(2, "To", c => DialogWords.State(c.State)) { Look = c => DialogWords.Look(c.State) },
        new(5, "Why", DialogWords.Why),
        new(7, "Settled", c => c.Settled ? $"revision {c.Revision}" : ""),
    ];

    /// <summary>Null: of any width.</summary>
    public static RecordTable<Dialog> Of(IReadOnlyCollection<Dialog> dialogs, int? width) => new(dialogs, OfDialogs, width);

    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs, Form form, string? title = null) =>
        Write(console, dialogs, OfDialogs, form, title);

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogChange> changes, Form form, string? title = null) =>
        Write(console, changes, OfChanges, form, title);

    private static void Write<T>(IAnsiConsole console, IReadOnlyCollection<T> records, Column<T>[] columns, Form form, string? title) where T : IMessage
    {
        if (form == Form.Json)
        {
            WriteJson(records);
            return;
        }
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
        string[] missing = [.. table.LeftOut, .. table.IsCut ? ["full Call-IDs"] : (string[])[]];
        if (missing.Length > 0) WriteLine(console, $"--wide shows more: {string.Join(", ", missing)}", Decoration.Dim);
    }

    private static void WriteLine(IAnsiConsole console, string text, Decoration decoration)
    {
        console.Write(Output.Text(text, new Style(decoration: decoration)));
        console.WriteLine();
    }

    private static void WriteJson<T>(IReadOnlyCollection<T> records) where T : IMessage
    {
        using var output = Output.Open();
        foreach (var record in records) output.WriteLine(Output.Json(record));
    }
}
