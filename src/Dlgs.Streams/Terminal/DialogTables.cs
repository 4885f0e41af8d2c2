using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>Dialogs and changes as tables, coloured on a terminal.</summary>
internal static class DialogTables
{
    private const int WidthOfPipe = 4096;

    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs, bool json, string? title = null)
    {
        if (json)
        {
            WriteJson(dialogs);
            return;
        }
        var table = NewTable(title, "Call-ID", "From-tag", "State", "Why", "Src", "Dst", "Init (UTC)", "Talk");
        foreach (var d in dialogs)
            table.AddRow(Cell(Shorten(d.CallId)), Cell(Shorten(d.FromTag) + Since(d.SinceCseq)), State(d.State),
                Cell(Why(d.EndReason, d.EndedBy, d.SipStatus, d.ExpiredLifetime)), Cell(d.Src), Cell(d.Dst),
                Cell(Time(d.InitTime)), Cell(Talk(d.Duration)));
        Write(console, table);
    }

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogChange> changes, bool json, string? title = null)
    {
        if (json)
        {
            WriteJson(changes);
            return;
        }
        var table = NewTable(title, "Log time (UTC)", "Call-ID", "From-tag", "Seq", "From", "To", "Why", "Settled");
        foreach (var c in changes)
            table.AddRow(Cell(Time(c.LogTime)), Cell(Shorten(c.CallId)), Cell(Shorten(c.FromTag) + Since(c.SinceCseq)),
                Cell(c.Sequence.ToString(CultureInfo.InvariantCulture)), State(c.PreviousState), State(c.State),
                Cell(Why(c.EndReason, c.EndedBy, c.SipStatus, c.ExpiredLifetime)), Cell(c.Settled ? $"revision {c.Revision}" : ""));
        Write(console, table);
    }

    /// <summary>A finished dialog's reason: "Bye by Caller", "Rejected 486".</summary>
    public static string Why(EndReason reason, Party by, uint status, Lifetime expired) => reason == EndReason.Unspecified ? ""
        : reason + (by == Party.Unspecified ? "" : $" by {by}") + (status == 0 ? "" : $" {status}") + (expired == Lifetime.Unspecified ? "" : $" ({expired})");

    private static void WriteJson(IEnumerable<IMessage> records)
    {
        try
        {
            using var output = Output.Open();
            foreach (var record in records) output.WriteLine(Output.Json(record));
        }
        catch (IOException)
        {
            // Who reads has seen enough.
        }
    }

    private static void Write(IAnsiConsole console, Table table)
    {
        // A file or a pipe has no width: nothing may be cut there.
        if (Console.IsOutputRedirected) console.Profile.Width = WidthOfPipe;
        console.Write(table);
    }

    private static Table NewTable(string? title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        if (title is not null) table.Title(new TableTitle(Markup.Escape(PlainText.Of(title)), new Style(decoration: Decoration.Bold)));
        foreach (var column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        return table;
    }

    private static Text Cell(string text) => Output.Text(text);

    private static Text State(DialogState state) => new(state == DialogState.Unspecified ? "" : state.ToString(), state switch
    {
        DialogState.Unspecified or DialogState.Init => new Style(Color.Grey),
        DialogState.Progress => new Style(Color.Yellow),
        DialogState.Answered or DialogState.Confirmed => new Style(Color.Green),
        DialogState.Terminated => new Style(Color.Blue),
        DialogState.NotAnswered => new Style(Color.Red),
    });

    private static string Shorten(string text) => text.Length <= 20 || Console.IsOutputRedirected ? text : string.Concat(text.AsSpan(0, 19), "…");

    private static string Since(uint cseq) => cseq == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" +{cseq}");

    private static string Time(Timestamp? time) => time?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "";

    private static string Talk(Duration? talk) => talk?.ToTimeSpan().ToString(@"h\:mm\:ss\.fff", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A change as one line.</summary>
    public static string Line(DialogChange c)
    {
        var why = Why(c.EndReason, c.EndedBy, c.SipStatus, c.ExpiredLifetime) is { Length: > 0 } reason ? ", " + reason : "";
        var settled = c.Settled ? $", settled, revision {c.Revision}" : "";
        var from = c.PreviousState == DialogState.Unspecified || c.Settled ? "" : $"{c.PreviousState} -> ";
        return $"{c.LogTime.ToDateTimeOffset():HH:mm:ss.fff} {c.CallId} {c.Src} > {c.Dst}: {from}{c.State}{why}{settled}";
    }
}
