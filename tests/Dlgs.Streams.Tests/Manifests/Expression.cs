using System.Text.RegularExpressions;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What an expression of Prometheus names: metrics, with the labels that it looks at, and their values.</summary>
internal sealed partial class Expression
{
    /// <summary>What Prometheus and its operator add to every series.</summary>
    private static readonly string[] OfTargets = ["namespace", "instance", "job", "pod", "service", "container", "endpoint"];

    private readonly string text;

    public Expression(string text) => this.text = text;

    /// <summary>What no series of the service can have; none: it may find something.</summary>
    public IEnumerable<string> Faults(MetricSeries known)
    {
        var named = Selector().Matches(text).Select(match => match.Groups["name"].Value).ToArray();
        if (named.Length == 0) yield return $"{text} names no metric";
        foreach (var name in named.Where(name => known.LabelsOf(name) is null)) yield return $"{name} is no metric";
        foreach (Match selector in Selector().Matches(text))
            foreach (var fault in FaultsOf(selector, known)) yield return fault;
        var labels = named.SelectMany(name => known.LabelsOf(name) ?? []).Concat(OfTargets).ToHashSet();
        var grouped = Grouping().Matches(text).SelectMany(match => match.Groups["label"].Captures).Select(each => each.Value);
        foreach (var label in grouped.Where(label => !labels.Contains(label)))
            yield return $"{label} is no label of {string.Join(", ", named)}";
    }

    private static IEnumerable<string> FaultsOf(Match selector, MetricSeries known)
    {
        var name = selector.Groups["name"].Value;
        foreach (var (label, value) in selector.Groups["label"].Captures.Zip(selector.Groups["value"].Captures, (label, value) => (label.Value, value.Value)))
        {
            if (OfTargets.Contains(label)) continue;
            if (known.LabelsOf(name)?.Contains(label) == false) yield return $"{name} has no label {label}";
            else
                foreach (var each in value.Split('|').Where(each => !known.ValuesOf(name, label).Any(one => Regex.IsMatch(one, $"^(?:{each})$"))))
                    yield return $"{name}: {label} is never {each}";
        }
    }

    [GeneratedRegex("""\b(?<name>dlgs_[a-z0-9_]+)(?:\{(?:\s*(?<label>\w+)\s*(?:=~|!~|!=|=)\s*"(?<value>[^"]*)"\s*,?)*\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring|group_left|group_right) \((?:\s*(?<label>\w+)\s*,?)*\)")]
    private static partial Regex Grouping();
}
