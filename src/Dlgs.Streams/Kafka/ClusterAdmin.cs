using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The one admin client of the instance. Its questions wait behind nobody's fetch.</summary>
internal sealed class ClusterAdmin(KafkaClients clients) : IDisposable
{
    private readonly Lock opening = new();
    private IAdminClient? client;
    private volatile string? heard;

    /// <summary>What the client last said of a broker, as <see cref="BrokerContact"/> words it; null: nothing.</summary>
    public string? Heard => heard;

    public IAdminClient Client
    {
        get
        {
            lock (opening) return client ??= new AdminClientBuilder(clients.Admin()).BuildSilent(Hear);
        }
    }

    private void Hear(string reason) => heard = BrokerContact.Shorten(reason) ?? heard;

    public void Dispose()
    {
        if (client is not null) AdminAnswer.Free(client);
    }
}
