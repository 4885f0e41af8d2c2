using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Rules;

/// <summary>What all runs of a service count together.</summary>
internal sealed class RuleMetrics(ServiceMeter meter)
{
    /// <summary>Of an INVITE's attributes and tags.</summary>
    public RunningCount TooLong { get; } = meter.Count(new("dlgs.rule_values_too_long", "{value}",
        "Values of rules that are longer than they may be, and count as missing."));

    public RunningCount TagsLeftOut { get; } = meter.Count(new("dlgs.rule_tags_left_out", "{tag}",
        "Tags of rules beyond those that a dialog may have."));
}
