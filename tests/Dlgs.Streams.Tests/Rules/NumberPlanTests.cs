using System.Text;
using CsCheck;
using Dlgs.Streams.Rules;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>Numbers as people and phones write them, and their E.164 form.</summary>
public sealed class NumberPlanTests
{
    private const string NoNumber = "none";

    private static readonly string[] Plans = ["49 0 00", "39 - 00", "1 1 011", "7 8 810", "36 06 00", "- 0 00"];

    /// <summary>Country, trunk prefix, international prefixes; what was dialled; what it is.</summary>
    [Theory]
    [InlineData("49 0 00", "+4930123456", "+4930123456")]
    [InlineData("49 0 00", "030123456", "+4930123456")]
    [InlineData("49 0 00", "004930123456", "+4930123456")]
    [InlineData("49 0 00", "0033142685300", "+33142685300")]
    [InlineData("49 0 00", "%2B4930123456", "+4930123456")]
    [InlineData("49 0 00", "+49 (30) 12-34.56", "+4930123456")]
    [InlineData("49 0 00", "+49%2030%20123456", "+4930123456")]
    [InlineData("49 0 00", "110", "110")]
    [InlineData("49 0 00", "112", "112")]
    [InlineData("49 0 00", "116117", "116117")]
    [InlineData("49 0 00", "0049", "0049")]
    [InlineData("49 0 00", "30123456", "+4930123456")]
    [InlineData("49 0 00", "000301234567", NoNumber)]
    [InlineData("49 0 00", "+0301234567", NoNumber)]
    [InlineData("49 0 00", "+", NoNumber)]
    [InlineData("49 0 00", "++4930123456", NoNumber)]
    [InlineData("49 0 00", "4930+123456", NoNumber)]
    [InlineData("49 0 00", "*21*030123456#", NoNumber)]
    [InlineData("49 0 00", "alice", NoNumber)]
    [InlineData("49 0 00", "anonymous", NoNumber)]
    [InlineData("49 0 00", "", NoNumber)]
    [InlineData("49 0 00", "%2", NoNumber)]
    [InlineData("49 0 00", "+123456789012345", "+123456789012345")]
    [InlineData("49 0 00", "+1234567890123456", NoNumber)]
    [InlineData("49 0 00", "01234567890123456789012345678901234567890", NoNumber)]
    // Italy: the 0 is a part of the number.
    [InlineData("39 - 00", "0612345678", "+390612345678")]
    [InlineData("39 - 00", "3331234567", "+393331234567")]
    [InlineData("39 - 00", "00390612345678", "+390612345678")]
    // North America.
    [InlineData("1 1 011", "2125551234", "+12125551234")]
    [InlineData("1 1 011", "12125551234", "+12125551234")]
    [InlineData("1 1 011", "0114930123456", "+4930123456")]
    [InlineData("1 1 011", "+12125551234", "+12125551234")]
    [InlineData("1 1 011", "911", "911")]
    // Great Britain, France, Hungary (06), Russia (8, 810).
    [InlineData("44 0 00", "02079460000", "+442079460000")]
    [InlineData("33 0 00", "0142685300", "+33142685300")]
    [InlineData("36 06 00", "0612345678", "+3612345678")]
    [InlineData("7 8 810", "84951234567", "+74951234567")]
    [InlineData("7 8 810", "8104930123456", "+4930123456")]
    // Australia has two, and the longer one counts.
    [InlineData("61 0 0011,001", "00114930123456", "+4930123456")]
    // No country is known.
    [InlineData("- 0 00", "030123456", "030123456")]
    [InlineData("- 0 00", "004930123456", "+4930123456")]
    public void Number_is_written_as_E164(string plan, string dialled, string expected) => Assert.Equal(expected, Write(Plan(plan), dialled));

    [Theory]
    [InlineData("4930123456", "+4930123456")]
    [InlineData("030123456", "+4930123456")]
    [InlineData("0049301234567", "+49301234567")]
    [InlineData("112", "112")]
    public void Numbers_without_a_prefix_may_be_international(string dialled, string expected) =>
        Assert.Equal(expected, Write(Plan("49 0 00") with { UnprefixedAreInternational = true }, dialled));

    [Theory]
    [InlineData("0301234567", "+49", "+49301234567")]
    [InlineData("0142685300", "+33", "+33142685300")]
    [InlineData("301234567", "+4-9", "+49301234567")]
    [InlineData("0301234567", "example.com", "+49301234567")]
    [InlineData("+49301234567", "+33", "+49301234567")]
    [InlineData("8631234", "+1-914-555", NoNumber)]
    [InlineData("0301234567", "+x", NoNumber)]
    public void Phone_context_may_name_the_country(string dialled, string context, string expected) =>
        Assert.Equal(expected, Write(Plan("49 0 00"), dialled, context));

    [Fact]
    public void Number_that_is_written_is_written_so_again() => Gen.Select(
        Gen.Int[0, Plans.Length - 1].Select(i => Plans[i]), Gen.Bool, Gen.Int[0, 12],
        Gen.Char["0123456789+-.() %B2a"].Array[0, 40].Select(text => new string(text))).Sample((plan, bare, few, dialled) =>
    {
        var numbers = Plan(plan) with { UnprefixedAreInternational = bare, Short = few };
        var once = Write(numbers, dialled);
        Assert.Equal(once, once == NoNumber ? once : Write(numbers, once));
        Assert.Matches("^(none|[+]?[0-9]{1,23})$", once);
        if (once.StartsWith('+')) Assert.InRange(once.Length, 2, 1 + NumberPlan.MaxDigits);
    });

    internal static NumberPlan Plan(string text)
    {
        var words = text.Split(' ');
        return NumberPlan.Default with { Country = Digits(words[0]), Trunk = Digits(words[1]), International = [.. words[2].Split(',').Select(Digits)] };
    }

    private static byte[] Digits(string word) => word == "-" ? [] : Encoding.UTF8.GetBytes(word);

    private static string Write(NumberPlan plan, string user, string context = "")
    {
        var number = new byte[NumberPlan.MaxLength];
        return plan.TryWrite(Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(context), number, out var length)
            ? Encoding.UTF8.GetString(number, 0, length) : NoNumber;
    }
}
