using System.CommandLine;
using Dlgs.Streams.Rules;

namespace Dlgs.Streams.Cli;

/// <summary>--rules: what the calls of recordings are counted under.</summary>
internal sealed class RulesOption : Option<string>
{
    public RulesOption()
        : base("--rules")
    {
        Description = "JSON file that says what calls are counted under: src, dst, data and tags. [rules] Default: From and To.";
        HelpName = "FILE";
    }

    /// <summary>Null: no file is named. Throws an OptionsValidationException with all that is wrong with it.</summary>
    public static AttributeRules? Load(string? file) => string.IsNullOrEmpty(file) ? null : AttributeRules.Load(file);
}
