namespace Dlgs.Streams.Logging;

/// <summary>
/// The console's log behind the mask, in either form: lines of ours name only what they may, but an exception says whatever it was made with,
/// and so do lines of other libraries.
/// </summary>
[ProviderAlias("Console")]
internal sealed class MaskedLog(ILoggerProvider console, Mask mask) : ILoggerProvider
{
    private const string Own = "Dlgs.";

    public ILogger CreateLogger(string categoryName) =>
        new Logger(console.CreateLogger(categoryName), mask, categoryName.StartsWith(Own, StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Logger(ILogger console, Mask mask, bool isOwn) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => console.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => console.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var shown = exception is null ? null : new MaskedException(mask, exception, logLevel);
            if (isOwn) console.Log(logLevel, eventId, state, shown, formatter);
            else
            {
                var text = mask.Text(formatter(state, exception));
                console.Log(logLevel, eventId, text, shown, (said, _) => said);
            }
        }
    }
}
