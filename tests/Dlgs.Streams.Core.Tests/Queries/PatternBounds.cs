using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Queries.Patterns;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>What a pattern may cost, whoever wrote it: places, steps over them, memory. Steps are counted, not seconds.</summary>
public sealed class PatternBounds
{
    private static readonly FilterLimits Limits = new();

    /// <summary>Patterns that are small to write and, in an engine that goes back or makes a state of every set of places, have no end.</summary>
    private static readonly string[] Explosive =
        ["(a.{0,30}){30}z", "([ab]*a[ab]{14}){60}z", "(.*a.{14}){60}z", ".{0,400}a.{400}z", "(a*)*z",
            "((a?){30}a{30}){16}z", "(a*b*a*b*){200}z", "((a|b)*a(a|b){9}){45}z", @"(.*\b){300}z"];

    [Theory]
    [InlineData("a{1000}", 1_000)]
    [InlineData("(a.{0,30}){30}z", 931)]
    [InlineData("(ab|c){3,}", 9)]
    [InlineData("((a{2}){3}|b*){4}", 28)]
    [InlineData("(^a$){2}", 6)]
    [InlineData("(a{0}|b?|){5}", 5)]
    [InlineData("((){32767}){32767}", 0)]
    public void Positions_are_bytes_and_anchors_with_intervals_written_out(string pattern, long positions) => Assert.Equal(positions, Regex(pattern).Positions);

    [Theory]
    [InlineData("a{1001}", "1001")]
    [InlineData("((a{10}){10}){10}b", "1001")]
    [InlineData("((a{99}){99}){9}", "88209")]
    [InlineData("((((a{32767}){32767}){32767}){32767}){32767}", "9223372036854775807")]
    public void Pattern_of_too_many_positions_is_refused_before_any_is_made(string pattern, string positions)
    {
        Assert.Null(DialogFilter.Create(DialogField.Src, FilterOperator.Re, pattern, Limits, out var error));
        Assert.Equal($"value: at most 1000 positions, with intervals written out; it has {positions}.", error!.ToString());
    }

    [Fact]
    public void Groups_of_any_depth_are_read_or_refused()
    {
        Assert.NotNull(DialogFilter.Create(DialogField.Src, FilterOperator.Re, Nested(250), new FilterLimits(Pattern: 500_000), out _));
        foreach (var depth in new[] { 251, 60_000 })
        {
            Assert.Null(DialogFilter.Create(DialogField.Src, FilterOperator.Re, Nested(depth), new FilterLimits(Pattern: 500_000), out var error));
            Assert.Equal("value: a POSIX extended regular expression; in this one groups are more than 250 deep.", error!.ToString());
        }
    }

    [Fact]
    public void Match_takes_a_step_a_byte_whatever_the_pattern()
    {
        foreach (var pattern in Explosive)
        {
            var regex = Regex(pattern);
            var value = Value(1_024);
            Assert.False(regex.Matches(value, pause: null));
            // One for the end, and one again where the room for states was used up.
            Assert.InRange(regex.Steps, 1, value.Length + 2);
        }
    }

    [Fact]
    public void What_was_met_before_takes_no_step_at_all()
    {
        var regex = Regex("^alice.*@trunk[0-9]+");
        Assert.True(regex.Matches("alice@trunk1"u8, pause: null));
        var steps = regex.Steps;
        Assert.True(regex.Matches("ALICE@trunk2"u8, pause: null));
        Assert.Equal(steps, regex.Steps);
    }

    /// <summary>Simplified while it is read: else (a|(|(|(|...)))){1000} has a hundred forks for each of its letters.</summary>
    [Fact]
    public void Program_has_few_places_for_each_position() =>
        Gen.OneOf("a", "(", ")", "|", "*", "+", "?", "{2}", "{0,3}", "^", "()").Array[0, 60].Select(string.Concat).Sample(pattern =>
        {
            if (DialogFilter.Create(DialogField.Src, FilterOperator.Re, pattern, Limits, out _) is null) return;
            var expression = EreParser.Read(Encoding.UTF8.GetBytes(pattern), out var sets);
            Assert.InRange(new EreProgram(expression, sets).Places.Length, 1, 8 * expression.Positions + 1);
        }, iter: 20_000);

    [Fact]
    public void States_that_are_kept_have_an_end()
    {
        foreach (var pattern in Explosive)
        {
            var regex = Regex(pattern);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++) regex.Matches(Value(1_024, seed: i), pause: null);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        }
    }

    [Fact]
    public void Match_over_one_long_value_can_be_ended_in_the_middle()
    {
        var pauses = 0;
        var filter = DialogFilter.Create(DialogField.Src, FilterOperator.Re, "(a.{0,30}){30}z", Limits, out _)!
            .Pausing(() => { if (++pauses == 10) throw new OperationCanceledException(); });
        Assert.Throws<OperationCanceledException>(() => filter.Matches(Value(16_384)));
    }

    private static ExtendedRegex Regex(string pattern) => new(Encoding.UTF8.GetBytes(pattern));

    private static string Nested(int depth) => new string('(', depth) + "a" + new string(')', depth);

    private static byte[] Value(int length, int seed = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)(random.Next(2) == 0 ? 'a' : 'b'))];
    }
}
