using Dlgs.Streams.Logging;

namespace Dlgs.Streams.Gateway;

/// <summary>What the log says of frames and messages that were not taken as they came: one line a minute of each kind, with the count.</summary>
internal sealed partial class GatewayLines(TimeProvider time, ILogger<GatewayLines> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly SparseLines<FrameOutcome> frames = new(Quiet, time);
    private readonly SparseLines<MessageOutcome> messages = new(Quiet, time);
    private readonly SparseLines<ReplacedTime> times = new(Quiet, time);

    private readonly SparseLines<bool> others = new(Quiet, time);

    public void Tell(FrameOutcome outcome, string agent, Sender sender)
    {
        if (frames.AreDue(outcome, out var untold)) LogFrame(logger, sender, agent, Words(outcome), untold);
    }

    public void Tell(MessageOutcome outcome, string agent, Sender sender)
    {
        if (!messages.AreDue(outcome, out var untold)) return;
        if (outcome == MessageOutcome.Dropped) LogDropped(logger, agent, untold);
        else LogMessage(logger, sender, agent, outcome, untold);
    }

    public void Tell(ReplacedTime why, string agent, long micros)
    {
        if (times.AreDue(why, out var untold)) LogTime(logger, agent, why, micros, untold);
    }

    /// <summary>No place was free for an agent.</summary>
    public void TellOther(uint id, Sender sender)
    {
        if (others.AreDue(true, out var untold)) LogOther(logger, sender, id, untold);
    }

    private static string Words(FrameOutcome outcome) => outcome switch
    {
        FrameOutcome.WrongAddress => "its address is not in hep_allow",
        FrameOutcome.WrongKey => "its authenticate key is missing, or is not hep_authenticate_key",
        FrameOutcome.HepVersion1 => "HepVersion1, which has no times: set the agent to version 3",
        _ => outcome.ToString(),
    };

    [LoggerMessage(200, LogLevel.Warning,
        "HEP from {Sender} ({Agent}) was not taken: {Why} ({Untold} more of these since the last line, of all agents; told once a minute)")]
    private static partial void LogFrame(ILogger logger, Sender sender, string agent, string why, long untold);

    [LoggerMessage(201, LogLevel.Warning,
        "A SIP message from {Sender} ({Agent}) was not read: {Why} ({Untold} more of these since the last line, of all agents; told once a minute)")]
    private static partial void LogMessage(ILogger logger, Sender sender, string agent, MessageOutcome why, long untold);

    [LoggerMessage(202, LogLevel.Error, "An event of {Agent} was dropped: the brokers are slower than the agents, or away, and hep_queue is full "
        + "({Untold} more since the last line; told once a minute)")]
    private static partial void LogDropped(ILogger logger, string agent, long untold);

    [LoggerMessage(203, LogLevel.Warning, "The clock of {Agent}: a time is {Why} ({Micros} us since 1970), and its running time was taken instead "
        + "({Untold} more of these since the last line, of all agents; told once a minute)")]
    private static partial void LogTime(ILogger logger, string agent, ReplacedTime why, long micros, long untold);

    [LoggerMessage(219, LogLevel.Warning, "hep_agents is full: more capture ids send than that. HEP from {Sender} with id {Id} is read, but counted as "
        + "\"other\", and its agent has no clock: set hep_agents, or name the agents that count in hep_names ({Untold} more frames of these since the last "
        + "line; told once a minute)")]
    private static partial void LogOther(ILogger logger, Sender sender, uint id, long untold);
}
