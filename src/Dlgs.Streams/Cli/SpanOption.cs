using System.CommandLine;
using System.Globalization;

namespace Dlgs.Streams.Cli;

/// <summary>An option with a span of time in seconds, as 20s.</summary>
internal sealed class SpanOption : Option<TimeSpan?>
{
    public SpanOption(string name, int least, int most, string description)
        : base(name)
    {
        Description = description;
        HelpName = "SECONDS";
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            var number = text.EndsWith('s') ? text[..^1] : text;
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds >= least && seconds <= most)
                return TimeSpan.FromSeconds(seconds);
            result.AddError($"{name}: {least}s to {most}s, as {Math.Max(least, 20)}s.");
            return null;
        };
    }
}
