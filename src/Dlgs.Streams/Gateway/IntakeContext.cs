using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Gateway;

/// <summary>What all intakes share.</summary>
/// <param name="Senders">Who may send.</param>
/// <param name="Agents">Whose frames they are.</param>
/// <param name="Segments">What waits for the rest of a message.</param>
/// <param name="Limits">How long fields may be.</param>
/// <param name="Lines">What the log says of it.</param>
/// <param name="Time">The clock against which those of agents are held.</param>
/// <param name="Rules">What calls are counted under; null: From and To.</param>
internal sealed record IntakeContext(
    SenderCheck Senders, Agents Agents, SegmentedMessages Segments, FieldLimits Limits, GatewayLines Lines, TimeProvider Time, AttributeRules? Rules = null);
