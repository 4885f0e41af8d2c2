using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>fm, line by line as fnmatch(pattern, value, 0) of glibc 2.36 has it in the C locale.</summary>
public sealed class FnmatchCases
{
    [Fact]
    public void Whole_value_counts_and_so_does_case() => FilterTable.Check(FilterOperator.Fm, """
        alice            alice / Alice|alice2|malice|\0
        \0               \0 / a
        """);

    [Fact]
    public void Star_and_question_mark_take_everything_slash_and_leading_dot_too() => FilterTable.Check(FilterOperator.Fm, """
        *                \0|alice|.hidden|a/b|\n
        ?                a|/|.|\n / \0|ab
        a*               a|ab|a/b|a.b / ba|A
        *@example.net    a@example.net|@example.net / a@example.net.org
        +49*             +49|+4930123 / 49|+4830
        a*b*c            abc|axbxc|abcbc / abcb|ac
        **a**            a|bab / b
        a?*              ab|abc / a
        *?               a|abc / \0
        *a?b             aab|xaxb|aaab / ab
        ?                x / é
        ??               é|ab / a
        """);

    [Fact]
    public void Brackets_take_one_byte_of_a_set() => FilterTable.Check(FilterOperator.Fm, """
        [abc]            a|c / d|ab|\0
        [a-c]            a|b|c / A|d
        [a-cx-z]         b|y / m
        [!a-c]           d|.|/ / a|\0
        [^a-c]           d / a
        []]              ] / [
        []a]             ]|a / b
        [!]a]            b / ]|a
        [a-]             a|- / b
        [-a]             a|-
        [--/]            -|.|/ / a|0
        [c-a]            - / a|b|c
        [a!]             a|!
        [*?]             *|? / a
        [[]              [ / a
        x[0-9][0-9]      x42 / x4|x4a
        """);

    [Fact]
    public void Brackets_know_the_posix_classes() => FilterTable.Check(FilterOperator.Fm, """
        [[:digit:]]      7 / a
        [[:alpha:]_]     a|Z|_ / 7
        [![:space:]]     a / \t|\n
        [[:upper:]]      A / a
        [[:lower:]]      a / A
        [[:alnum:]]      a|7 / _
        [[:punct:]]      !|_|~ / a
        [[:xdigit:]]*    f00|A / g
        [[:blank:]]      \t / \n
        [[:cntrl:]]      \n / a
        [[:print:]]      a / \n
        [[:graph:]]      a / \t
        [[:foo:]]        - / f|o|:
        [a[:foo:]]       a / f
        [[:DIGIT:]]      D]|:] / 7]|D
        [[=a=]b]         a|b / =
        [[.-.]]          - / .
        [[.a.]-c]        b / d
        """);

    [Fact]
    public void Backslash_escapes_and_at_the_end_matches_nothing() => FilterTable.Check(FilterOperator.Fm, """
        \e*              * / a
        \e?              ? / a
        \ea              a / \ea
        \e\e             \e / \e\e
        a\e              - / a|a\e
        [\e]]            ] / \e
        [a\e-z]          a|-|z / b
        *\e              - / \e
        """);

    [Fact]
    public void Unterminated_bracket_is_a_literal() => FilterTable.Check(FilterOperator.Fm, """
        [                [ / a
        [abc             [abc / a
        a[               a[ / a
        []               [] / ]
        [!               [! / a
        *[               x[ / x
        [[:digit:]       [:|[d / 7|[7
        """);
}
