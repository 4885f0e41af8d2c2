using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>What is logged, and how it is written.</summary>
internal sealed record LogOptions
{
    [Setting("log", "Form of the log on the standard output: lines for people, or json, one object a line.")]
    [Pattern("lines|json", "lines or json")]
    public string Form { get; init; } = "lines";

    [Setting("log_level", "The least that is logged: debug, information, warning or error.")]
    [Pattern("debug|information|warning|error", "debug, information, warning or error")]
    public string Level { get; init; } = "information";

    [Setting("unmask", "Numbers, URIs, Call-IDs and tags stand in the log as they are, for who looks into a fault. Without it a Call-ID is "
        + "there as a short hash, the others not at all.")]
    public bool Unmask { get; init; }

    public LogLevel Least => Enum.Parse<LogLevel>(Level, ignoreCase: true);
}

[OptionsValidator]
internal sealed partial class LogOptionsCheck : IValidateOptions<LogOptions>;
