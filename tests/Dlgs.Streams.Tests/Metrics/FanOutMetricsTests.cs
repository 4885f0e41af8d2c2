using System.Diagnostics.Metrics;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>Questions that went to other instances, too.</summary>
public sealed class FanOutMetricsTests
{
    [Fact]
    public async Task Question_to_all_instances_counts_with_its_time_and_whether_all_partitions_answered()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 2);
        var host = cluster.Hosts[0];
        var covers = new List<object?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "dlgs.fan_out.duration") listening.EnableMeasurementEvents(instrument);
            },
        };
        var own = host.Services.GetRequiredService<FanOutMetrics>();
        listener.SetMeasurementEventCallback<double>((instrument, seconds, labels, _) =>
        {
            if (ReferenceEquals(instrument, own.Durations) && seconds > 0) covers.Add(labels[0].Value);
        });
        listener.Start();
        await host.CountAsync(new CountRequest());
        cluster.OwnerOf(1).Registry.Find(1)!.MoveTo(PartitionPhase.Draining);
        await host.CountAsync(new CountRequest());
        Assert.Equal(["all", "some"], covers);
    }
}
