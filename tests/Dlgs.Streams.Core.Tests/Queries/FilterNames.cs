using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>Filters by dlgs' names, and what is said of those that are none.</summary>
public sealed class FilterNames
{
    [Theory]
    [InlineData("any", "eq", DialogField.Any, FilterOperator.Eq)]
    [InlineData("SRC", "Ne", DialogField.Src, FilterOperator.Ne)]
    [InlineData("dst", "RE", DialogField.Dst, FilterOperator.Re)]
    [InlineData("Data", "sw", DialogField.Data, FilterOperator.Sw)]
    [InlineData("src", "fm", DialogField.Src, FilterOperator.Fm)]
    public void Names_are_taken_in_any_case(string field, string op, DialogField expectedField, FilterOperator expectedOperator)
    {
        var filter = DialogFilter.Parse(field, op, "x", new FilterLimits(), out _);
        Assert.Equal((expectedField, expectedOperator), (filter!.Field, filter.Operator));
    }

    [Fact]
    public void Every_field_and_operator_has_a_name_that_is_read_and_listed()
    {
        Check(DialogFields.Names, field => field.Name());
        Check(FilterOperators.Names, op => op.Name());
        Assert.All(FilterOperators.Names.All, name => Assert.Matches($@"\b{name}\b", FilterOperators.Explained));
    }

    [Fact]
    public void Every_state_has_a_name_that_is_read_and_a_place_in_the_set_of_all()
    {
        Check(DialogStates.Names, state => state.Name(), except: DialogState.None);
        Assert.Equal(DialogStates.Names.All, StateSet.All.Names());
        Assert.Equal(Enum.GetValues<DialogState>().Where(DialogStates.IsOngoing).Select(DialogStates.Name), StateSet.Ongoing.Names());
    }

    private static void Check<T>(NameTable<T> names, Func<T, string> nameOf, params T[] except) where T : struct, Enum
    {
        var values = Enum.GetValues<T>().Except(except).ToArray();
        Assert.Equal(values.Select(nameOf), names.All);
        Assert.All(values, value => Assert.True(names.TryParse(nameOf(value).ToUpperInvariant(), out var read) && read.Equals(value), $"{value}"));
        Assert.All(names.All, name => Assert.Contains(name, names.Either, StringComparison.Ordinal));
        Assert.Equal(values.Length, names.All.Distinct(StringComparer.Ordinal).Count());
        Assert.False(names.TryParse("1", out _) || names.TryParse("", out _) || names.TryParse(string.Join(',', names.All), out _));
    }

    [Theory]
    [InlineData("source", "eq", "x", "field: any, src, dst or data.")]
    [InlineData("1", "eq", "x", "field: any, src, dst or data.")]
    [InlineData("src,dst", "eq", "x", "field: any, src, dst or data.")]
    [InlineData("", "eq", "x", "field: any, src, dst or data.")]
    [InlineData("src", "like", "x", "operator: eq, ne, re, sw or fm.")]
    [InlineData("src", " eq", "x", "operator: eq, ne, re, sw or fm.")]
    [InlineData("src", "re", "a(", "value: a POSIX extended regular expression; in this one a ( is not closed.")]
    [InlineData("src", "eq", "12345678901234567", "value: at most 16 bytes; it has 17.")]
    [InlineData("src", "fm", "éééé*", "value: at most 8 bytes; it has 9.")]
    [InlineData("src", "re", "123456789", "value: at most 8 bytes; it has 9.")]
    public void What_is_refused_is_named_with_what_is_allowed(string field, string op, string value, string expected)
    {
        Assert.Null(DialogFilter.Parse(field, op, value, new FilterLimits(Value: 16, Pattern: 8), out var error));
        Assert.Equal(expected, error!.ToString());
    }
}
