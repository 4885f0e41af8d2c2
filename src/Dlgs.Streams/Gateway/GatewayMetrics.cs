using System.Diagnostics.Metrics;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Gateway;

/// <summary>What the gateway shows of itself.</summary>
internal static class GatewayMetrics
{
    public static void Describe(ServiceMeter meter, IntakeContext context, GatewayProducer producer, UdpListener udp, HepConnections tcp)
    {
        var agents = context.Agents;
        meter.Count(new("dlgs.hep_frames", "{frame}", "HEP frames that came in, by capture agent, and by what became of them: read, or why not.",
            "agent", "outcome"), () => Each<FrameOutcome>(agents, "outcome", counts => counts.Frames, agents.Unknown));
        meter.Count(new("dlgs.hep_messages", "{message}", "SIP messages in HEP frames, by capture agent, and by what became of them: queued for the brokers, "
            + "dropped because there was no room, or why they were not read.", "agent", "outcome"),
            () => Each<MessageOutcome>(agents, "outcome", counts => counts.Messages));
        meter.Count(new("dlgs.hep_latin1_messages", "{message}", "SIP messages in HEP frames that are not UTF-8, read as Latin-1.", "agent"),
            () => agents.Counts.Where(counts => counts.Latin1.Count > 0).Select(counts => Measured(counts.Latin1.Count, ["agent"], counts.Name)));
        meter.Count(new("dlgs.hep_times_replaced", "{frame}", "Times of HEP frames that were replaced by the running time of their capture agent, by agent and "
            + "reason: missing, unset (before 2000), or ahead.", "agent", "reason"), () => Each<ReplacedTime>(agents, "reason", counts => counts.Times));
        meter.Count(new("dlgs.hep_events", "{event}", "Events of the gateway by outcome: the brokers have them (delivered), or never will (failed).",
            "outcome"),
            () => [Measured(producer.Delivered, ["outcome"], "delivered"), Measured(producer.Failed, ["outcome"], "failed")]);
        meter.Show<long>(new("dlgs.hep_events_waiting", "{event}", "Events of the gateway that wait for the brokers' word."), () => producer.Waiting);
        meter.Count(new("dlgs.hep_kernel_drops", "{datagram}", "Datagrams that the system dropped, because they came faster than they were read."),
            () => [new Measurement<long>(udp.Drops)]);
        meter.Show(new("dlgs.hep_connections", "{connection}", "Connections that HEP comes in by, TCP and TLS."), () => tcp.Open);
        meter.Count(new("dlgs.hep_connections_cut", "{connection}", "Connections of HEP that were not read to their end, by why: their sender reset them, or "
            + "the service ended.", "why"), () => [Measured(tcp.Reset.Count, ["why"], "reset"), Measured(tcp.CutOff.Count, ["why"], "end")]);
        meter.Show(new("dlgs.hep_segments", "By", "What is held of SIP messages over several TCP segments."), () => context.Segments.Bytes);
    }

    /// <summary>
    /// Those that have been: an agent has a series for what it does, not for all that it might. What strangers may do is there from the start, at 0, for who
    /// alerts on it.
    /// </summary>
    private static IEnumerable<Measurement<long>> Each<TOutcome>(
        Agents agents, string label, Func<AgentCounts, RunningCount[]> of, AgentCounts? strangers = null) where TOutcome : struct, Enum =>
        from counts in agents.Counts
        from each in Enum.GetValues<TOutcome>().Zip(of(counts))
        where each.Second.Count > 0 || counts == strangers
        select Measured(each.Second.Count, ["agent", label], counts.Name, Label.Of(each.First));

    private static Measurement<long> Measured(long count, string[] labels, params string[] values) => new(count, Label.Pair(labels, values));
}
