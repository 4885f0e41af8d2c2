using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>Dialogs and changes as tables, coloured on a terminal.</summary>
internal static class DialogTables
{
    private const int LeastWidth = 200;

    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs, bool json)
    {
        if (json)
        {
            WriteJson(dialogs);
            return;
        }
        var table = NewTable("Call-ID", "From-tag", "State", "Why", "Src", "Dst", "Init (UTC)", "Talk");
        foreach (var d in dialogs)
            table.AddRow(Cell(Shorten(d.CallId)), Cell(Shorten(d.FromTag) + Since(d.SinceCseq)), State(d.State), Cell(Why(d.EndReason, d.EndedBy, d.SipStatus, d.ExpiredLifetime)), Cell(d.Src), Cell(d.Dst), Cell(Time(d.InitTime)), Cell(Talk(d.Duration)));
        Write(console, table);
    }

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogChange> changes, bool json)
    {
        if (json)
        {
            WriteJson(changes);
            return;
        }
        var table = NewTable("Log time (UTC)", "Call-ID", "From-tag", "Seq", "From", "To", "Why", "Settled");
        foreach (var c in changes)
            table.AddRow(Cell(Time(c.LogTime)), Cell(Shorten(c.CallId)), Cell(Shorten(c.FromTag) + Since(c.SinceCseq)), Cell(c.Sequence.ToString(CultureInfo.InvariantCulture)), State(c.PreviousState), State(c.State), Cell(Why(c.EndReason, c.EndedBy, c.SipStatus, c.ExpiredLifetime)), Cell(c.Settled ? $"revision {c.Revision}" : ""));
        Write(console, table);
    }

    /// <summary>A finished dialog's reason: "Bye by Caller", "Rejected 486".</summary>
    public static string Why(EndReason reason, Party by, uint status, Lifetime expired) => reason == EndReason.Unspecified ? ""
        : $"{reason}{(by == Party.Unspecified ? "" : $" by {by}")}{(status == 0 ? "" : $" {status}")}{(expired == Lifetime.Unspecified ? "" : $" ({expired})")}";

    /// <summary>A file or a pipe counts as 80 columns, and what does not fit is cut to nothing: rather have long lines than none.</summary>
    private static void Write(IAnsiConsole console, Table table)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, LeastWidth);
        console.Write(table);
    }

    private static void WriteJson(IEnumerable<IMessage> records)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        foreach (var record in records) output.WriteLine(JsonFormatter.Default.Format(record));
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        return table;
    }

    private static Text Cell(string text) => new(text);

    private static Text State(DialogState state) => new(state == DialogState.Unspecified ? "" : state.ToString(), state switch
    {
        DialogState.Unspecified or DialogState.Init => new Style(Color.Grey),
        DialogState.Progress => new Style(Color.Yellow),
        DialogState.Answered or DialogState.Confirmed => new Style(Color.Green),
        DialogState.Terminated => new Style(Color.Blue),
        DialogState.NotAnswered => new Style(Color.Red),
    });

    private static string Shorten(string text) => text.Length <= 20 ? text : string.Concat(text.AsSpan(0, 19), "…");

    private static string Since(uint cseq) => cseq == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" +{cseq}");

    private static string Time(Timestamp? time) => time?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) ?? "";

    private static string Talk(Duration? talk) => talk?.ToTimeSpan().ToString(@"h\:mm\:ss\.fff", CultureInfo.InvariantCulture) ?? "";
}
