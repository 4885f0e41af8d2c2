namespace Dlgs.Streams.Logging;

/// <summary>
/// The console's log behind the mask, in either form: lines of ours name only what they may, but an exception says whatever it was made with,
/// and so do lines of other libraries. Of these each warning comes once a minute: what strangers do to a connection is in them, as often as they like.
/// </summary>
[ProviderAlias("Console")]
internal sealed class MaskedLog(ILoggerProvider console, Mask mask, TimeProvider time) : ILoggerProvider
{
    private const string Own = "Dlgs.";

    /// <summary>What it says is of connections, which anybody may open and break: no failure of ours, whatever it calls it.</summary>
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    public ILogger CreateLogger(string categoryName) => new Logger(console.CreateLogger(categoryName), mask,
        categoryName.StartsWith(Own, StringComparison.Ordinal) ? null : new OthersLines(time, categoryName.StartsWith(Server, StringComparison.Ordinal)));

    public void Dispose()
    {
    }

    /// <param name="console">What writes.</param>
    /// <param name="mask">What it writes through.</param>
    /// <param name="others">Null: lines are ours.</param>
    private sealed class Logger(ILogger console, Mask mask, OthersLines? others) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => console.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => console.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || others?.IsTold(logLevel, eventId) == false) return;
            var shown = exception is null ? null : new MaskedException(mask, exception, logLevel);
            if (others is null) console.Log(logLevel, eventId, state, shown, formatter);
            else
            {
                var (level, text) = (others.LevelOf(logLevel), mask.Text(formatter(state, exception)));
                console.Log(level, eventId, text, shown, (said, _) => said);
            }
        }
    }

    /// <summary>Which lines of another library are told, and how loud. There are as many kinds as the library has.</summary>
    private sealed class OthersLines(TimeProvider time, bool areServers)
    {
        private readonly SparseLines<int> warnings = new(Quiet, time);

        public bool IsTold(LogLevel level, EventId kind) => level < LogLevel.Warning || warnings.AreDue(kind.Id);

        public LogLevel LevelOf(LogLevel level) => areServers && level > LogLevel.Warning ? LogLevel.Warning : level;
    }
}
