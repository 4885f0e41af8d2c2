using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The one admin client of the instance. Its questions wait behind nobody's fetch.</summary>
internal sealed class ClusterAdmin(KafkaClients clients) : IDisposable
{
    private readonly Lock opening = new();
    private IAdminClient? client;

    public IAdminClient Client
    {
        get
        {
            lock (opening) return client ??= new AdminClientBuilder(clients.Admin()).BuildSilent();
        }
    }

    public void Dispose()
    {
        if (client is not null) AdminAnswer.Free(client);
    }
}
