using System.Text;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Sip;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>The input of a <see cref="QueryHost"/>: what the service appends is merged at once, as a lane would, unless the test says otherwise.</summary>
internal sealed class ScriptedAppends : IDisposable
{
    private readonly ServiceMeter metrics = new();
    private readonly EventFold fold;

    public ScriptedAppends() => fold = new EventFold(new FieldLimits(256, 128, 1_024), new ProxyClocks(metrics));

    /// <summary>What was appended.</summary>
    public List<SipEvent> Events { get; } = [];

    /// <summary>What the brokers do instead of taking it.</summary>
    public Func<Task>? Outage { get; set; }

    /// <summary>The brokers take it, and no lane comes to it.</summary>
    public bool IsLeftLying { get; set; }

    /// <summary>The Call does not take it: it goes to the dead letters, as of one that is full.</summary>
    public bool IsRefusedByItsCall { get; set; }

    public async Task<Position> AppendAsync(PartitionRegistry registry, SipEvent sipEvent)
    {
        if (Outage is not null) await Outage();
        Events.Add(sipEvent);
        var view = registry.Find(CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(sipEvent.CallId), registry.PartitionCount))!;
        var position = new Position { Partition = view.Partition, Offset = view.ProcessedOffset + 1 };
        if (IsLeftLying) return position;
        var cause = new Core.Dialogs.Cause(view.Partition, view.ProcessedOffset);
        view.Store!.Advance(new LogTime(view.Store.LogTime.Micros + 1_000), cause);
        if (!IsRefusedByItsCall) fold.Apply(view.Store, sipEvent.ToByteArray(), isNull: false, registry.PartitionCount, cause);
        view.Store.Commit();
        view.ProcessedOffset = view.CommittedOffset = position.Offset;
        return position;
    }

    public void Dispose() => metrics.Dispose();
}
