using System.Text;
using System.Text.RegularExpressions;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>
/// Patterns as a table: one line a pattern, then what it takes and, after a /, what it does not, between bars. \n, \t, \e (a backslash) and
/// \0 (nothing) stand for what cannot be written; "refused" in place of both says that it is no pattern.
/// </summary>
internal static partial class FilterTable
{
    public static void Check(FilterOperator @operator, string table)
    {
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var columns = Spaces().Split(line, 2);
            var filter = DialogFilter.Create(DialogField.Src, @operator, Unescape(columns[0]), new FilterLimits(), out var error);
            Assert.True(filter is null == (columns[1] == "refused"), $"{line}: {error}");
            if (filter is null) continue;
            var sides = columns[1].Split(" / ");
            foreach (var value in Values(sides[0])) Assert.True(filter.Matches(Encoding.UTF8.GetBytes(value)), $"{line}: does not take '{value}'");
            foreach (var value in Values(sides.ElementAtOrDefault(1) ?? ""))
                Assert.False(filter.Matches(Encoding.UTF8.GetBytes(value)), $"{line}: takes '{value}'");
        }
    }

    private static IEnumerable<string> Values(string column) =>
        column.Split('|', StringSplitOptions.RemoveEmptyEntries).Where(value => value != "-").Select(Unescape);

    private static string Unescape(string text) => text
        .Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\t", "\t", StringComparison.Ordinal)
        .Replace(@"\0", "", StringComparison.Ordinal).Replace(@"\e", @"\", StringComparison.Ordinal);

    [GeneratedRegex("  +")]
    private static partial Regex Spaces();
}
