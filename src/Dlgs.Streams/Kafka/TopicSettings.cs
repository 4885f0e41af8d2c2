using System.Globalization;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Kafka;

/// <summary>The settings that a topic is made with. Some of them a topic has to have, whoever made it: TopicCheck says which.</summary>
internal static class TopicSettings
{
    public static Dictionary<string, string> Of(string topic, Topics topics, ClusterOptions options)
    {
        if (topic == topics.SipEvents) return new() { ["message.timestamp.type"] = "LogAppendTime" };
        Dictionary<string, string> settings = topic == topics.DialogStore ? OfStore : new() { ["cleanup.policy"] = "delete" };
        settings["max.message.bytes"] = $"{RecordSizes.Largest}";
        if (topic == topics.DeadLetters)
            settings["retention.ms"] = options.DeadLetterRetention.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return settings;
    }

    /// <summary>The two lags make a forgotten number really disappear, within a day.</summary>
    private static Dictionary<string, string> OfStore => new()
    {
        ["cleanup.policy"] = "compact",
        ["max.compaction.lag.ms"] = "86400000",
        ["segment.ms"] = "21600000",
        ["delete.retention.ms"] = "86400000",
        ["min.cleanable.dirty.ratio"] = "0.2",
    };
}
