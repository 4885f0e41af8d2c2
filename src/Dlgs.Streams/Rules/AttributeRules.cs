using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Rules;

/// <summary>
/// What a call is counted under, as an operator's file says it: for src, dst and data a list of sources, of which the first that exists counts, and
/// tags, of which each that exists is one. Immutable: one for all threads.
/// </summary>
internal sealed class AttributeRules
{
    /// <summary>Those of an attribute, or of tags.</summary>
    public const int MaxRules = 256;

    public Rule[] Src { get; init; } = [];

    public Rule[] Dst { get; init; } = [];

    public Rule[] Data { get; init; } = [];

    public Rule[] Tags { get; init; } = [];

    public NumberPlan Numbers { get; init; } = NumberPlan.Default;

    /// <summary>An address that does not say who it is counts as not there.</summary>
    public bool SkipsAnonymous { get; init; }

    /// <summary>The header fields that are needed, beside what SipReader has read.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Where their runs count for a service; null: they are no service's.</summary>
    public RuleMetrics? Metrics { get; private set; }

    /// <summary>Every rule by its place in the file, "src[0]".</summary>
    public IEnumerable<(string Place, Rule Rule)> All =>
        new[] { ("src", Src), ("dst", Dst), ("data", Data), ("tags", Tags) }
            .SelectMany(list => list.Item2.Select((rule, i) => ($"{list.Item1}[{i}]", rule)));

    /// <summary>Throws an <see cref="OptionsValidationException"/> with all that is wrong with the file: where, and what may stand there.</summary>
    public static AttributeRules Load(string file)
    {
        try
        {
            var text = JsonFile.ReadText(file);
            using var document = JsonFile.Parse(file, text, allowsDoubles: false);
            var reader = new RulesReader();
            var rules = reader.Read(document.RootElement);
            return reader.Failures.Count == 0 ? rules : throw Failure(reader.Failures.Select(failure => $"{file}: {failure}"));
        }
        catch (JsonFileFailure e)
        {
            throw Failure([$"{e.Message}."]);
        }
        // An escape that is half a character: it is JSON, and no text.
        catch (InvalidOperationException)
        {
            throw Failure([$"{file}: a text in it is no Unicode."]);
        }
    }

    /// <summary>Before there are runs.</summary>
    public AttributeRules MeasuredBy(RuleMetrics metrics)
    {
        Metrics = metrics;
        return this;
    }

    private static OptionsValidationException Failure(IEnumerable<string> failures) =>
        new("rules", typeof(AttributeRules), failures.Select(failure => $"rules: {failure}"));
}
