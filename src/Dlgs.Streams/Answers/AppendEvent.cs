using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Appends an event to the input, in its Call's partition. The position is the one that answers with the event have reached; it is there when
/// the brokers have it. Throws <see cref="AppendFailure"/>.
/// </summary>
internal delegate Task<Position> AppendEvent(SipEvent sipEvent, CancellationToken cancellation);
