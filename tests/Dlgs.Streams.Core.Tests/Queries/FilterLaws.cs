using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>What holds of every filter.</summary>
public sealed class FilterLaws
{
    private static readonly FilterLimits Limits = new();

    private static readonly Gen<string> Value = Gen.OneOf("a", "b", "A", ".", "/", "*", "[", "-", "é").Array[0, 8].Select(string.Concat);

    [Fact]
    public void Patterns_without_brackets_match_as_the_naive_matcher_has_it() =>
        Gen.Select(Gen.OneOf("a", "b", "*", "*", "?", "\\*", "\\a", ".").Array[0, 8].Select(string.Concat), Value)
            .Sample((pattern, value) => Assert.Equal(IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(value)),
                Filter(FilterOperator.Fm, pattern).Matches(Encoding.UTF8.GetBytes(value))), iter: 5_000);

    [Fact]
    public void Escaped_value_matches_itself_by_every_operator_but_ne() =>
        Value.Sample(value =>
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            var escaped = string.Concat(value.Select(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) ? $"\\{c}" : $"{c}"));
            Assert.True(Filter(FilterOperator.Eq, value).Matches(bytes));
            Assert.False(Filter(FilterOperator.Ne, value).Matches(bytes));
            Assert.True(Filter(FilterOperator.Sw, value).Matches(bytes));
            Assert.True(Filter(FilterOperator.Fm, escaped).Matches(bytes));
            Assert.True(Filter(FilterOperator.Re, $"^{escaped}$").Matches(bytes));
        });

    [Fact]
    public void Escaped_text_is_found_where_ordinal_search_finds_it_in_any_case() =>
        Gen.Select(Value.Select(v => v.Replace("/", "", StringComparison.Ordinal)), Value, (part, value) => (part, value)).Sample(t =>
        {
            var escaped = string.Concat(t.part.Select(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) ? $"\\{c}" : $"{c}"));
            Assert.Equal(t.value.Contains(t.part, StringComparison.OrdinalIgnoreCase),
                Filter(FilterOperator.Re, escaped).Matches(Encoding.UTF8.GetBytes(t.value)));
        });

    [Fact]
    public void Any_text_is_a_filter_or_refused_by_name() =>
        Gen.Select(Gen.OneOf(FilterOperator.Re, FilterOperator.Fm), Gen.OneOf("a", "(", ")", "[", "]", "{", "}", "*", "+",
            "?", "|", "\\", "^", "$", "-", ",", "1", "[:digit:]", "[.a.]", "é").Array[0, 12].Select(string.Concat), Value)
            .Sample((op, pattern, value) =>
            {
                if (DialogFilter.Create(DialogField.Any, op, pattern, Limits, out var error) is { } filter) filter.Matches(Encoding.UTF8.GetBytes(value));
                else Assert.Equal("value", error!.Part);
            }, iter: 5_000);

    [Fact]
    public void Matching_without_a_regular_expression_allocates_nothing()
    {
        DialogFilter[] filters = [Filter(FilterOperator.Eq, "+49"), Filter(FilterOperator.Ne, "+49"),
            Filter(FilterOperator.Sw, "+49"), Filter(FilterOperator.Fm, "*[0-9]?@*")];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var filter in filters) filter.Matches("+4930123456@example.net"u8);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Many_stars_and_nested_repetitions_end()
    {
        var value = Encoding.UTF8.GetBytes(new string('a', 1_024));
        Assert.False(Filter(FilterOperator.Fm, string.Concat(Enumerable.Repeat("*a", 120)) + "b").Matches(value));
        Assert.False(Filter(FilterOperator.Re, "^((a*)*)*b$").Matches(value));
        Assert.False(Filter(FilterOperator.Re, "(a|aa)+b").Matches(value));
    }

    [Fact]
    public void Query_that_is_over_ends_its_scan()
    {
        using var query = new CancellationTokenSource();
        var filter = Filter(FilterOperator.Re, "a").Pausing(query.Token.ThrowIfCancellationRequested);
        Assert.True(filter.Matches("a"u8));
        query.Cancel();
        Assert.Throws<OperationCanceledException>(() => { for (var i = 0; i < 64; i++) filter.Matches("a"u8); });
    }

    private static DialogFilter Filter(FilterOperator op, string value) =>
        DialogFilter.Create(DialogField.Src, op, value, Limits, out var error) ?? throw new ArgumentException(error!.ToString());

    /// <summary>By the book: a star takes nothing, or one byte more.</summary>
    private static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> value) => pattern switch
    {
        [] => value.IsEmpty,
        [(byte)'*', .. var rest] => IsMatch(rest, value) || !value.IsEmpty && IsMatch(pattern, value[1..]),
        [(byte)'?', .. var rest] => !value.IsEmpty && IsMatch(rest, value[1..]),
        [(byte)'\\', var literal, .. var rest] => value is [var first, ..] && first == literal && IsMatch(rest, value[1..]),
        [var literal, .. var rest] => value is [var first, ..] && first == literal && IsMatch(rest, value[1..]),
    };
}
