using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>One event of a log.</summary>
internal sealed record LogRecord(string Category, LogLevel Level, string Message, Exception? Exception);

/// <summary>Keeps what a service logs.</summary>
internal sealed class LogRecords : ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> records = new();

    public IEnumerable<LogRecord> All => records;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogRecords log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.records.Enqueue(new LogRecord(category, logLevel, formatter(state, exception), exception));
    }
}
