using System.Globalization;
using System.Text.Json;
using Dlgs.Streams.Contracts.V1;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>Groups as a table.</summary>
internal static class GroupTable
{
    private static readonly Column<DialogGroup>[] Columns =
    [
        new(2, "Calls", group => group.Count.ToString(CultureInfo.InvariantCulture)),
        new(1, "Value", group => group.Value),
    ];

    public static void Write(IAnsiConsole console, IReadOnlyCollection<DialogGroup> groups, Form form)
    {
        if (form != Form.Json) RecordTables.Write(console, groups, Columns, form);
        // Numbers are numbers: protobuf JSON would make a text of 64 bits.
        else foreach (var group in groups) Output.Line(JsonSerializer.Serialize(new { value = group.Value, count = group.Count }));
    }
}
