using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Kafka;

/// <summary>Follows dialog-changes or calls as billing would: committed records only, of all partitions.</summary>
internal sealed class ChangeReader(Dictionary<string, string> client, string topic, bool fromBeginning) : IDisposable
{
    private readonly CommittedRecords records = new(client, "dlgs-changes", topic, fromBeginning);

    /// <summary>What the client complained of last.</summary>
    public string? LastError => records.LastError;

    /// <summary>The next change; null: none in time.</summary>
    /// <exception cref="InvalidOperationException">The brokers refuse, or somebody else wrote to the topic.</exception>
    public DialogChange? Next(TimeSpan timeout)
    {
        if (records.Next(timeout) is not { } record) return null;
        return ChangeRecords.Read(record, out var failure)
            ?? throw new InvalidOperationException($"{record.Topic} [{record.Partition.Value}] offset {record.Offset.Value} is no DialogChange: {failure}");
    }

    public void Dispose() => records.Dispose();
}
