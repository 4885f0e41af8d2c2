using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>How large the records are that the service writes.</summary>
internal sealed class RecordSizes(IOptions<LimitOptions> limits, IOptions<LaneOptions> lanes, KafkaClients clients)
{
    /// <summary>The largest record, a dead letter: topics that the service makes take as much. Calls and their changes are far below.</summary>
    public const int Largest = 4 * 1024 * 1024;

    /// <summary>What a topic takes by Kafka's default, where it is not known.</summary>
    public const int KafkasDefault = 1_048_588;

    /// <summary>
    /// SIP's tags in a change: of its legs, at most those that answered and those that only their ACKs prove; its own two, closed_by, and the
    /// From-tag in the event_id.
    /// </summary>
    private const int ChangeTags = 16 + 64 + 6;

    /// <summary>Numbers, times, names of JSON's fields, headers, the batch.</summary>
    private const int Overhead = 16 * 1024;

    /// <summary>
    /// What every topic of ours has to take. A batch is refused whole where it is larger than max.message.bytes; a record that is larger than
    /// a batch goes alone.
    /// </summary>
    public int Required => Math.Max(clients.OutputBatchBytes, Math.Max(limits.Value.Record, LargestChange) + Overhead);

    /// <summary>A change with every field at its limit: its ids stand in its event_id again, and JSON may write a byte as six.</summary>
    private int LargestChange
    {
        get
        {
            var bytes = (3 * limits.Value.Text) + (4 * limits.Value.CallId) + ((Bounds.Tags + ChangeTags) * limits.Value.Tag);
            return lanes.Value.WritesJson ? 6 * bytes : bytes;
        }
    }
}
