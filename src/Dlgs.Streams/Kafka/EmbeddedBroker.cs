using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// librdkafka's mock cluster inside this process, for trying out. It speaks the protocol, but keeps nothing, compacts nothing, fences nobody
/// and shows aborted records: evidence of nothing about exactly-once.
/// </summary>
internal sealed class EmbeddedBroker(Topics topics) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Lock starting = new();
    private IProducer<Null, Null>? host;
    private string? address;

    public string BootstrapServers
    {
        get
        {
            lock (starting) return address ??= Start();
        }
    }

    private string Start()
    {
        var settings = new Dictionary<string, string>
        {
            ["test.mock.num.brokers"] = "1",
            ["bootstrap.servers"] = "127.0.0.1:1",
            ["client.id"] = "dlgs-embedded",
        };
        host = new ProducerBuilder<Null, Null>(settings).BuildSilent();
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        var broker = admin.GetMetadata(Timeout).Brokers[0];
        // Asking makes them, with the mock cluster's 4 partitions.
        foreach (var topic in topics.Outputs.Append(topics.SipEvents)) admin.GetMetadata(topic, Timeout);
        return $"{broker.Host}:{broker.Port}";
    }

    public void Dispose() => host?.Dispose();
}
