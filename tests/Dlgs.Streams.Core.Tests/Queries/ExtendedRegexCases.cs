using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>re, line by line as regcomp(REG_EXTENDED | REG_ICASE | REG_NEWLINE) of glibc 2.36 has it in the C locale.</summary>
public sealed class ExtendedRegexCases
{
    [Fact]
    public void Matches_anywhere_and_case_does_not_matter() => FilterTable.Check(FilterOperator.Re, """
        alice            alice|ALICE|xAlicex / alic
        ^alice           Alice@a / malice
        net$             a@b.NET / net.org
        ^$               \0 / a
        \0               \0|a
        é                caé / É|e
        """);

    [Fact]
    public void Operators_are_those_of_posix() => FilterTable.Check(FilterOperator.Re, """
        a|b              a|b / c
        ^(a|b)+$         abba / abc|\0
        ab*c             ac|abbc / adc
        ab+c             abc / ac
        ab?c             ac|abc / abbc
        ^a{2}$           aa / a|aaa
        ^a{2,}$          aa|aaaa / a
        ^a{1,2}$         a|aa / aaa
        ^a{,2}$          \0|aa / aaa
        ^a{0}$           \0 / a
        ^(ab){2}{2}$     abababab / ababab
        ^a**$            \0|aaa / b
        ^a+?$            \0|aa / b
        ()               \0|a
        a|               a|b
        (|a)b            b|ab / a
        a)               a) / a
        a}               a} / a
        \{1}             {1} / 1
        a.c              abc|a.c / ac|a\nc
        a\.c             a.c / abc
        ^.$              a / é
        ^..$             é|ab / a
        """);

    [Fact]
    public void Newlines_divide_lines() => FilterTable.Check(FilterOperator.Re, """
        ^b$              a\nb\nc / abc
        a$               a\nb / ab
        a.b              axb / a\nb
        a[^x]b           ayb / a\nb|axb
        a\nb             a\nb / ab
        a[[:space:]]b    a\nb|a\tb / ab
        \`b              b|ba / a\nb
        b\'              b|a\nb / b\na
        """);

    [Fact]
    public void Brackets_are_those_of_posix() => FilterTable.Check(FilterOperator.Re, """
        ^[abc]$          a|B / d
        ^[^abc]$         d / a|C
        ^[a-c]+$         abcABC / d
        ^[]a]$           ]|a / b
        ^[^]a]$          b / ]|A
        ^[a-]$           a|- / b
        ^[\\d]$          \e|d / 7
        ^[.*+?(){}|$]$   .|*|$|( / a
        ^[a^]$           ^|a / b
        ^[[]$            [ / a
        ^[[:digit:]]+$   0123 / a
        ^[[:alpha:]_]$   a|Z|_ / 1
        ^[^[:alnum:]]$   -|. / a|1|\n
        ^[[:lower:]]$    a|A / 1
        ^[[:upper:]]$    a|A / 1
        ^[[:xdigit:]]$   f|F|9 / g
        ^[[=a=]b]$       a|B / =
        ^[[.-.]]$        - / .
        ^[--/]$          -|.|/ / 0
        ^[a-Z]$          b|B / 1
        ^[é]{2}$         é / e
        """);

    [Fact]
    public void Gnu_extras_are_those_of_glibc() => FilterTable.Check(FilterOperator.Re, """
        \bnet\b          a.net|net-a / anet|net1|é_net
        \<net            a.net|net1 / anet|é_net
        net\>            a.net|anet / net1|net_
        \Bnet            anet / net|a.net
        ^\w+$            az_09 / a-b|é
        ^\W+$            -.@ / a
        ^\s$             \t|\n / a
        ^\S+$            abc / a\tc
        """);

    /// <summary>An escaped letter is that letter, in any case; in glibc it is none at all, because only the value is folded there.</summary>
    [Fact]
    public void What_only_DotNet_knows_has_no_meaning_of_its_own() => FilterTable.Check(FilterOperator.Re, """
        ^\d$             d|D / 7
        ^\p$             p / a
        ^\n$             \n / n
        ^\eA$            A|a / \0
        (?:a)            refused
        (?i)a            refused
        (?=a)            refused
        a{1,2}?$         a|aa|b
        ^[a-z-[aeiou]]$  refused
        ^#$              # / a
        ^a b$            a b / ab
        """);

    [Fact]
    public void What_is_no_expression_is_refused() => FilterTable.Check(FilterOperator.Re, """
        *                refused
        +a               refused
        a|*              refused
        (*a)             refused
        ^*               refused
        $+               refused
        \b*              refused
        {1}              refused
        a{               refused
        a{1              refused
        a{1a}            refused
        a{2,1}           refused
        a{-1}            refused
        a{ 1}            refused
        a{1,2,3}         refused
        a{}              refused
        a{32768}         refused
        (                refused
        (a               refused
        [                refused
        []               refused
        [^]              refused
        [a               refused
        [[:foo:]]        refused
        [[:DIGIT:]]      refused
        [[:digit:]       refused
        [[.ab.]]         refused
        [[==]]           refused
        [z-a]            refused
        [a-c-e]          refused
        [a-[:digit:]]    refused
        [_-z]            refused
        a\e              refused
        """);

    /// <summary>
    /// An engine that takes the empty branch of (b+|)+ for one that says nothing goes wrong here. Compared with glibc over 30,000 random patterns
    /// of such kinds.
    /// </summary>
    [Fact]
    public void Empty_branches_and_what_repeats_them_are_those_of_glibc() => FilterTable.Check(FilterOperator.Re, """
        ^(b+|)+$         \0|b|bbb / a|ba
        ^(|b+)+$         \0|b|bbb / a|ba
        ^(b*|)+$         \0|bb / a
        ^(b?|a)+$        \0|bab / c
        ^((a|)+|b)+$     \0|ab|ba / c
        ^((|a)*|b)*c$    c|abac / ab
        ^(a|(b|)+)+c$    c|abbac / ab
        ^(b+|)+a$        a|bba / b|bab
        ^(b+|){2}a$      a|ba|bba / b
        ^(b{2}|)+$       \0|bb|bbbb / b|bbb
        ^(b{2,3}|)+$     \0|bb|bbb|bbbb / b
        ^(b+|a|)+$       \0|abba / c
        ^(b+|){0}$       \0 / b
        ^((b+|)+)?a$     a|bba / b
        ^(()|b)+$        \0|bb / a
        (^|a)+b          b|ab|xab / xb
        (a|$)+$          a|b|\0
        (\b|a)+b         b|ab|-b / _b
        ^(\<|b)+a        a|ba / -a
        ^(^|$|b)*$       \0|bb|a\n / a
        """);

    /// <summary>glibc takes it.</summary>
    [Fact]
    public void Back_references_are_refused() => FilterTable.Check(FilterOperator.Re, """
        (a)\1            refused
        """);
}
