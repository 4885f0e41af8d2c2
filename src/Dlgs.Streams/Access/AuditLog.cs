using Dlgs.Streams.Logging;

namespace Dlgs.Streams.Access;

/// <summary>
/// A line for each thing that an operator does or was kept from: who, what, and what became of it. Whoever reads it learns no number. Its category has
/// a level of its own in .NET's logging: Dlgs.Streams.Audit.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, Mask mask)
{
    public const string Category = "Dlgs.Streams.Audit";

    private readonly ILogger logger = loggers.CreateLogger(Category);

    /// <summary>"Call 4f1b..." as the log has it elsewhere.</summary>
    public string Call(string callId) => $"Call {mask.Call(callId)}";

    /// <summary>A value, a tag.</summary>
    public string Value(string value) => mask.Value(value);

    public void Tell(Identity who, string deed, string what, string became) => LogDeed(logger, who.ToString(), deed, what, became);

    [LoggerMessage(103, LogLevel.Information, "{Who}: {Deed} of {What}: {Became}")]
    private static partial void LogDeed(ILogger logger, string who, string deed, string what, string became);
}
