using System.Globalization;
using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
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
    /// <summary>Where the time is known, a call that is up has talked until now.</summary>
    private static Column<Dialog>[] OfDialogs(DateTimeOffset? now) =>
    [
        new(1, "Call-ID", d => d.CallId),
        new(8, "From-tag", d => DialogWords.Caller(d.FromTag, d.SinceCseq)),
        new(2, "State", d => DialogWords.State(d.State)) { Look = d => DialogWords.Look(d.State), Order = d => d.State },
        new(7, "Why", d => DialogWords.Why(d.EndReason, d.EndedBy, d.SipStatus, d.ExpiredLifetime)),
        new(3, "Src", d => d.Src),
        new(4, "Dst", d => d.Dst),
        new(6, "Init (UTC)", d => DialogWords.Time(d.InitTime)),
        new(5, "Talk", d => DialogWords.Talk(Talk(d, now))) { Order = d => Talk(d, now) ?? TimeSpan.Zero },
        new(9, "Tags", d => string.Join(' ', d.Tags)),
        new(10, "Data", d => d.Data),
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

    /// <summary>As the service's log names a call; shown where it is asked for.</summary>
    private static readonly Column<Dialog> Hash = new(11, "Hash", d => Mask.HashOf(Encoding.UTF8.GetBytes(d.CallId)));

    /// <summary>What a list of dialogs may be made of.</summary>
    public static IReadOnlyList<string> ColumnNames { get; } = [.. OfDialogs(null).Append(Hash).Select(column => column.Key)];

    /// <summary>Null: of any width.</summary>
    public static RecordTable<Dialog> Of(IReadOnlyCollection<Dialog> dialogs, int? width) => new(dialogs, OfDialogs(null), width);

    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs, Form form, string? title = null, DateTimeOffset? now = null) =>
        Write(console, dialogs, OfDialogs(now), form, title);

    /// <summary>Only these columns, in this order; where there is not room for all, the last ones leave first.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<Dialog> dialogs, Form form, IReadOnlyList<string> columns, DateTimeOffset now) =>
        Write(console, dialogs, [.. columns.Select((name, i) => Find(name, now) with { Worth = i + 1 })], form, title: null);

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogChange> changes, Form form, string? title = null) =>
        Write(console, changes, OfChanges, form, title);

    /// <summary>Dialogs by a column; those that are alike in it stay in their order.</summary>
    public static List<Dialog> Sort(IEnumerable<Dialog> dialogs, string column, bool isDescending, DateTimeOffset now)
    {
        var by = Find(column, now);
        var order = by.Order ?? by.Text;
        return [.. isDescending ? dialogs.OrderByDescending(order) : dialogs.OrderBy(order)];
    }

    private static Column<Dialog> Find(string name, DateTimeOffset now) => OfDialogs(now).Append(Hash).Single(column => column.Key == name);

    private static TimeSpan? Talk(Dialog dialog, DateTimeOffset? now)
    {
        if (dialog.Duration is { } talked) return talked.ToTimeSpan();
        if (dialog.State is not (DialogState.Answered or DialogState.Confirmed) || now is null) return null;
        var talk = now - dialog.AnswerTime?.ToDateTimeOffset();
        // The proxy's clock may be ahead of this one.
        return talk < TimeSpan.Zero ? TimeSpan.Zero : talk;
    }

    private static void Write<T>(IAnsiConsole console, IReadOnlyCollection<T> records, Column<T>[] columns, Form form, string? title) where T : IMessage
    {
        if (form != Form.Json)
        {
            RecordTables.Write(console, records, columns, form, title);
            return;
        }
        using var output = Output.Open();
        foreach (var record in records) output.WriteLine(Output.Json(record));
    }
}
