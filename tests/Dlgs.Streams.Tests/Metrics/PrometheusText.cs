using System.Globalization;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>One series with its value.</summary>
internal sealed record Sample(string Name, SortedDictionary<string, string> Labels, double Value)
{
    public string Series => $"{Name}{{{string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"))}}}";
}

/// <summary>The series of one metric, with what its comments say.</summary>
internal sealed record Family(string Name)
{
    public string? Help { get; set; }

    public string? Type { get; set; }

    public List<Sample> Samples { get; } = [];
}

/// <summary>
/// Prometheus' text format 0.0.4, read strictly: what a lenient reader forgives is a fault. Each fault names its line.
/// </summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, Family> families = [];
    private readonly HashSet<string> series = [];
    private Family? current;

    private PrometheusText(string text)
    {
        if (!text.EndsWith('\n')) throw new FormatException("The last line does not end.");
        foreach (var line in text.Split('\n')[..^1])
        {
            try
            {
                Read(line);
            }
            catch (FormatException e)
            {
                throw new FormatException($"{e.Message} in: {line}");
            }
        }
        foreach (var family in families.Values) Check(family);
    }

    public IReadOnlyDictionary<string, Family> Families => families;

    public static PrometheusText Parse(string text) => new(text);

    /// <summary>The sum of the series that have these labels; null: there is none.</summary>
    public double? Find(string name, params (string Name, string Value)[] labels)
    {
        var found = families.Values.SelectMany(family => family.Samples)
            .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).ToArray();
        return found.Length == 0 ? null : found.Sum(sample => sample.Value);
    }

    private void Read(string line)
    {
        if (line.StartsWith('#')) ReadComment(line);
        else Add(ReadSample(line));
    }

    private void ReadComment(string line)
    {
        if (Comment().Match(line) is not { Success: true } comment) throw new FormatException("A comment that is none of the format's");
        var name = comment.Groups["name"].Value;
        if (current?.Name != name)
        {
            current = new Family(name);
            if (!families.TryAdd(name, current)) throw new FormatException("A metric in two places");
        }
        if (current.Samples.Count > 0) throw new FormatException("A comment behind what it is about");
        var (isHelp, said) = (comment.Groups["what"].Value == "HELP", comment.Groups["text"].Value);
        if ((isHelp ? current.Help : current.Type) is not null) throw new FormatException("HELP or TYPE twice");
        if (isHelp) current.Help = said;
        else current.Type = said;
    }

    private static Sample ReadSample(string line)
    {
        if (Line().Match(line) is not { Success: true } parts) throw new FormatException("No sample");
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in parts.Groups["label"].Captures.Zip(parts.Groups["text"].Captures))
            if (!labels.TryAdd(name.Value, Regex.Unescape(value.Value))) throw new FormatException("A label twice");
        return new Sample(parts.Groups["name"].Value, labels, ToNumber(parts.Groups["value"].Value));
    }

    private static double ToNumber(string value) => value switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private void Add(Sample sample)
    {
        if (!series.Add(sample.Series)) throw new FormatException("A series twice");
        if (current is null || !NamesOf(current).Contains(sample.Name)) throw new FormatException("A sample without its TYPE before it");
        current.Samples.Add(sample);
    }

    private static string[] NamesOf(Family family) =>
        family.Type == "histogram" ? [$"{family.Name}_bucket", $"{family.Name}_sum", $"{family.Name}_count"] : [family.Name];

    private static void Check(Family family)
    {
        void Require(bool isSo, string what)
        {
            if (!isSo) throw new FormatException($"{family.Name}: {what}");
        }
        Require(family.Help is { Length: > 0 }, "no HELP");
        Require(family.Type is "counter" or "gauge" or "histogram", $"TYPE {family.Type}");
        Require(family.Type != "counter" || family.Name.EndsWith("_total", StringComparison.Ordinal), "a counter without _total");
        Require(family.Type != "counter" || family.Samples.All(sample => sample.Value >= 0), "a counter below 0");
        Require(family.Type != "gauge" || !family.Name.EndsWith("_total", StringComparison.Ordinal), "a gauge with _total");
        if (family.Type != "histogram") return;
        foreach (var one in family.Samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Key != "le"))))
        {
            var buckets = one.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToArray();
            var ends = Array.ConvertAll(buckets, bucket => ToNumber(bucket.Labels["le"]));
            Require(ends.SequenceEqual(ends.Distinct().Order()) && ends[^1] == double.PositiveInfinity, "buckets out of order, or without +Inf");
            Require(buckets.Select(bucket => bucket.Value).SequenceEqual(buckets.Select(bucket => bucket.Value).Order()), "buckets that are not cumulative");
            Require(one.Single(sample => sample.Name == $"{family.Name}_count").Value == buckets[^1].Value, "a count that is not that of +Inf");
            Require(one.Count(sample => sample.Name == $"{family.Name}_sum") == 1, "no sum");
        }
    }

    [GeneratedRegex(@"^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)$")]
    private static partial Regex Comment();

    [GeneratedRegex("""
        ^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:(?<label>(?!__)[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>(?:[^"\\\n]|\\[\\"n])*)",?)*(?<!,)\})? (?<value>\S+)$
        """)]
    private static partial Regex Line();
}
