using System.CommandLine;
using System.Globalization;

namespace Dlgs.Streams.Cli;

/// <summary>An option with a span of time, as 20s, 90m, 3h or 2d; without a unit, in seconds.</summary>
internal sealed class SpanOption : Option<TimeSpan?>
{
    public SpanOption(string name, int least, int most, string description)
        : base(name)
    {
        Description = description;
        HelpName = "SPAN";
        CustomParser = result =>
        {
            if (TryParse(result.Tokens.Single().Value, out var span) && span.TotalSeconds >= least && span.TotalSeconds <= most) return span;
            result.AddError($"{name}: {least}s to {most}s, as {Math.Max(least, 20)}s.");
            return null;
        };
    }

    private static bool TryParse(string text, out TimeSpan span)
    {
        TimeSpan? unit = text switch
        {
            [.., 's'] => TimeSpan.FromSeconds(1),
            [.., 'm'] => TimeSpan.FromMinutes(1),
            [.., 'h'] => TimeSpan.FromHours(1),
            [.., 'd'] => TimeSpan.FromDays(1),
            _ => null,
        };
        var isNumber = int.TryParse(unit is null ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        span = (unit ?? TimeSpan.FromSeconds(1)) * number;
        return isNumber;
    }
}
