using System.Globalization;
using Dlgs.Streams.Core.Dialogs;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>Dialogs and changes as tables, coloured on a terminal.</summary>
internal static class DialogTables
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs)
    {
        var table = NewTable("Call-ID", "From-tag", "Since", "State", "Why", "Src", "Dst", "Init", "Talk");
        foreach (var d in dialogs)
            table.AddRow(Cell(Shorten(d.Id.CallId)), Cell(Shorten(d.Id.FromTag)), Cell(Number(d.Id.SinceCSeq)), State(d.State), Cell(Why(d)), Cell(d.Src), Cell(d.Dst), Cell(Time(d.InitTime)), Cell(Talk(d)));
        console.Write(table);
    }

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogChange> changes)
    {
        var table = NewTable("Log time", "Call-ID", "From-tag", "Seq", "From", "To", "Why", "Settled");
        foreach (var c in changes)
            table.AddRow(Cell(Time(new SipTime(c.LogTime.Micros))), Cell(Shorten(c.Dialog.Id.CallId)), Cell(Shorten(c.Dialog.Id.FromTag)), Cell(Number(c.Dialog.Sequence)), State(c.PreviousState), State(c.Dialog.State), Cell(Why(c.Dialog)), Cell(c.Dialog.Settled ? $"revision {c.Dialog.Revision}" : ""));
        console.Write(table);
    }

    /// <summary>A finished dialog's reason: "Bye by Caller", "Rejected 486".</summary>
    public static string Why(Dialog d)
    {
        if (!d.State.IsFinished()) return "";
        var by = d.EndedBy != Party.None ? $" by {d.EndedBy}" : "";
        var status = d.SipStatus != 0 ? $" {d.SipStatus}" : "";
        var lifetime = d.ExpiredLifetime != Lifetime.None ? $" ({d.ExpiredLifetime})" : "";
        return $"{d.EndReason}{by}{status}{lifetime}";
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns) table.AddColumn(column);
        return table;
    }

    private static Text Cell(string text) => new(text);

    private static Text State(DialogState state) => new(state == DialogState.None ? "" : state.ToString(), state switch
    {
        DialogState.None or DialogState.Init => new Style(Color.Grey),
        DialogState.Progress => new Style(Color.Yellow),
        DialogState.Answered or DialogState.Confirmed => new Style(Color.Green),
        DialogState.Terminated => new Style(Color.Blue),
        DialogState.NotAnswered => new Style(Color.Red),
    });

    private static string Shorten(string text) => text.Length <= 24 ? text : string.Concat(text.AsSpan(0, 23), "…");

    private static string Number(uint number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Time(SipTime? time) =>
        time is { } t ? DateTimeOffset.UnixEpoch.AddTicks(t.Micros * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) : "";

    private static string Talk(Dialog d) => d.DurationMicros is { } micros ? TimeSpan.FromMicroseconds(micros).ToString(@"h\:mm\:ss\.fff", CultureInfo.InvariantCulture) : "";
}
