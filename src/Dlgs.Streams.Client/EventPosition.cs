using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>A place in the input, behind an event: an answer that demands it has the event.</summary>
/// <param name="Partition">Of the input topic, from 0.</param>
/// <param name="Offset">That of the event, plus 1.</param>
public readonly record struct EventPosition(int Partition, long Offset)
{
    /// <summary>The same as a request has it, in demand.positions.</summary>
    public Position ToPosition() => new() { Partition = Partition, Offset = Offset };
}
