using System.Text.RegularExpressions;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Whether any broker answers. Times are those since the watch began. One answer is contact; silence is told once, when it has lasted, with
/// the last reason that the client gave.
/// </summary>
internal sealed partial class BrokerContact
{
    /// <summary>Several questions long: one of many brokers may hang, and the client needs a while to ask another.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private bool isSaid;

    /// <summary>When a broker last answered, or the watch began.</summary>
    public TimeSpan AnsweredAt { get; private set; }

    /// <summary>What the client said of it since then; null: nothing.</summary>
    public string? Reason { get; private set; }

    /// <summary>How long nobody had answered, if that was told; null: there is nothing to tell.</summary>
    public TimeSpan? Answer(TimeSpan now)
    {
        var silence = isSaid ? now - AnsweredAt : (TimeSpan?)null;
        (AnsweredAt, Reason, isSaid) = (now, null, false);
        return silence;
    }

    /// <summary>A question remained without an answer. True: it is time to tell.</summary>
    public bool Fail(TimeSpan now)
    {
        if (isSaid || now - AnsweredAt < Patience) return false;
        return isSaid = true;
    }

    /// <summary>An error of the client, as librdkafka words it.</summary>
    public void Hear(string reason)
    {
        if (Shorten(reason) is { } words) Reason = words;
    }

    /// <summary>
    /// Broker, reason, and the setting to look at, without what only librdkafka's makers need; null: it names no broker ("1/1 brokers are down").
    /// </summary>
    public static string? Shorten(string reason) =>
        Worded().Match(reason) is { Success: true } parts
            ? $"{parts.Groups["broker"].Value}: {BrokerAdvice.AddTo(parts.Groups["why"].Value, reason)}"
            : null;

    /// <summary>
    /// [thrd:...]: (in a line of its log) sasl_ssl://kafka-1:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed:
    /// Connection refused (after 0ms in state CONNECT, 3 identical error(s) suppressed)
    /// </summary>
    [GeneratedRegex(@"^(?:\[thrd:\S+\]: )?(?:[a-z_]+://)?(?<broker>\S+:\d+)/(?:-?\d+|bootstrap): "
        + @"(?:Connect to \S+ failed: )?(?<why>.+?)(?: \(after \d+ms in state .*\))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Worded();
}
