using System.Diagnostics.Metrics;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Cluster;

/// <summary>The other instances, as metrics.</summary>
internal static class PeerGauges
{
    public static Membership MeasuredBy(this Membership members, ServiceMeter meter)
    {
        meter.ShowEach(new("dlgs.peers", "{instance}", "Other instances that this one has heard: those that it asks (up), and those that do not answer (down).",
            "state"), () => new[] { MemberState.Up, MemberState.Down }.Select(state =>
                new Measurement<int>(members.Known.Count(member => member.State == state), Label.Pair(["state"], Label.Of(state)))));
        return members;
    }
}
