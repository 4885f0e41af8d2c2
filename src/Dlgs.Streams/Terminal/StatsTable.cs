using System.Globalization;
using System.Text.Json;
using Dlgs.Streams.Contracts.V1;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>dlgs' two groups of counts as a table.</summary>
internal static class StatsTable
{
    private static readonly Column<Row>[] Columns =
    [
        new(1, "State", row => row.State),
        new(2, "Active", row => row.Active.ToString(CultureInfo.InvariantCulture)),
        new(3, "Final", row => row.Final.ToString(CultureInfo.InvariantCulture)),
    ];

    public static void Write(IAnsiConsole console, StatsResponse stats) => RecordTables.Write(console, Rows(stats), Columns, Form.Table);

    /// <summary>With dlgs' names, and every number, 0 too.</summary>
    public static string Json(StatsResponse stats)
    {
        var rows = Rows(stats);
        return JsonSerializer.Serialize(new
        {
            active = rows.ToDictionary(row => row.State, row => row.Active),
            final = rows.ToDictionary(row => row.State, row => row.Final),
            callsHeld = stats.CallsHeld,
            complete = stats.Coverage.Complete,
        });
    }

    private static Row[] Rows(StatsResponse stats)
    {
        var (active, final) = (stats.Active, stats.Final);
        return
        [
            new("init", active.Init, final.Init),
            new("progress", active.Progress, final.Progress),
            new("answered", active.Answered, final.Answered),
            new("confirmed", active.Confirmed, final.Confirmed),
            new("terminated", active.Terminated, final.Terminated),
            new("notanswered", active.NotAnswered, final.NotAnswered),
            new("total", stats.ActiveTotal, stats.FinalTotal),
        ];
    }

    private sealed record Row(string State, long Active, long Final);
}
