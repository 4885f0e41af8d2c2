using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The whole service in this process, on the embedded broker. No evidence for exactly-once: that is what SystemTests are for.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WebApplication app;
    private readonly Topics topics;
    private readonly List<DialogChange> changes = [];

    private EmbeddedCluster(WebApplication app)
    {
        this.app = app;
        topics = app.Services.GetRequiredService<LaneContext>().Topics;
    }

    public ICollection<string> Addresses => app.Urls;

    public InputEnds InputEnds => app.Services.GetRequiredService<InputEnds>();

    public StoreRegistry Registry => app.Services.GetRequiredService<StoreRegistry>();

    public static async Task<EmbeddedCluster> StartAsync(params (string Name, string Value)[] settings)
    {
        var given = settings.Append(("embedded", "true")).Append(("lanes", "1")).Append(("grpc", "http://127.0.0.1:0")).ToDictionary(s => s.Item1, s => (string?)s.Item2);
        var service = new EmbeddedCluster(ServiceHost.Build(configuration => configuration.AddInMemoryCollection(given), LogLevel.Error));
        await service.app.StartAsync(TestContext.Current.CancellationToken);
        await Eventually(() => service.Registry is { PartitionCount: > 0 } registry && registry.Views.Count(view => view.Phase == Streams.Kafka.PartitionPhase.Active) == registry.PartitionCount, "all partitions active");
        return service;
    }

    public void Publish(params SipEvent[] events)
    {
        using var publisher = new SipEventPublisher(Client, topics.SipEvents);
        foreach (var sipEvent in events) publisher.Publish(sipEvent);
        Assert.True(publisher.Flush(Patience));
    }

    /// <summary>A record as a producer writes it that is not ours: key and partition by the Call-ID's bytes, whatever they are.</summary>
    public void PublishBytes(byte[] callId, byte[] value)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(Client) { Partitioner = Partitioner.Murmur2Random }).Build();
        producer.Produce(topics.SipEvents, new Message<byte[], byte[]> { Key = callId, Value = value });
        Assert.Equal(0, producer.Flush(Patience));
    }

    /// <summary>The changes of all topics' beginning, as soon as there are so many.</summary>
    public async Task<DialogChange[]> ChangesAsync(int count)
    {
        using var reader = new ChangeReader(Client, topics.DialogChanges, fromBeginning: true);
        changes.Clear();
        await Eventually(() =>
        {
            if (reader.Next(TimeSpan.FromMilliseconds(100)) is { } change) changes.Add(change);
            return changes.Count >= count;
        }, $"{count} changes");
        return [.. changes];
    }

    public static async Task Eventually(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s for {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private Dictionary<string, string> Client => new() { ["bootstrap.servers"] = app.Services.GetRequiredService<EmbeddedBroker>().BootstrapServers };
}
