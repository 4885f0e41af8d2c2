using System.CommandLine;
using System.Globalization;

namespace Dlgs.Streams.Cli;

/// <summary>An option with a whole number in a range.</summary>
internal sealed class NumberOption : Option<int>
{
    public NumberOption(string name, int least, int most, int without, string description)
        : base(name)
    {
        Description = description;
        HelpName = "N";
        DefaultValueFactory = _ => without;
        CustomParser = result =>
        {
            var isNumber = int.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (isNumber && number >= least && number <= most) return number;
            result.AddError($"{name}: {least} to {most}.");
            return without;
        };
    }
}
