using System.Text.RegularExpressions;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace Dlgs.Streams.Tests.Logging;

/// <summary>The log says that it is the same call again, not whose it is.</summary>
public sealed class MaskTests
{
    private const string Number = "4915199988877";

    [Fact]
    public void Call_ID_is_its_hash_as_sha256sum_begins() => Assert.Equal("662acf87a5d2", Mask.Always.Call("a84b4c76e66710@pc33.atlanta.example.com"));

    [Theory]
    [InlineData("sip:alice@example.com was there twice", "sip:***@example.com was there twice")]
    [InlineData("<sips:4915199988877;phone-context=+49@example.com>;tag=1", "<sips:***@example.com>;tag=1")]
    [InlineData("tel:112 and sip:example.com", "tel:*** and sip:***")]
    [InlineData("The input string '+4915199988877' was not in a correct format.", "The input string '+***' was not in a correct format.")]
    [InlineData("http://127.0.0.1:45678 took 1500 ms on 2026-11-28", "http://127.0.0.1:45678 took 1500 ms on 2026-11-28")]
    [InlineData("call a84b4c76e66710@pc33", "call ***@pc33")]
    public void Text_of_others_loses_what_looks_like_a_number_or_the_user_of_a_URI(string text, string shown) => Assert.Equal(shown, Mask.Always.Text(text));

    [Fact]
    public void Value_is_not_shown_at_all()
    {
        Assert.Equal("***", Mask.Always.Value(Number));
        Assert.Equal("''", Mask.Always.Value(""));
    }

    [Fact]
    public void Call_of_the_log_is_found_by_a_column_of_the_list()
    {
        using var shown = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(shown) });
        DialogTables.Write(console, [new Dialog { CallId = Number }], Form.Wide, ["hash", "call-id"], TimeProvider.System.GetUtcNow());
        Assert.Contains($"{Mask.Always.Call(Number)}  {Number}", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_is_shown_with_unmask()
    {
        var off = new Mask { IsOff = true };
        Assert.Equal([Number, Number, Number], [off.Call(Number), off.Value(Number), off.Text(Number)]);
    }

    [Theory]
    [InlineData(LogLevel.Information, false)]
    [InlineData(LogLevel.Debug, false)]
    [InlineData(LogLevel.Information, true)]
    public void Log_masks_exceptions_and_lines_of_other_libraries(LogLevel level, bool unmask)
    {
        var said = new List<string>();
        using var written = new Written(said);
        using var log = new MaskedLog(written, new Mask { IsOff = unmask }, TimeProvider.System);
        var fault = new FormatException($"'{Number}'", new ArgumentException(Number));
        log.CreateLogger("Dlgs.Streams.Kafka.Lane").Log(level, 0, "It failed at offset 1234567", fault, (text, _) => text);
        log.CreateLogger("Grpc.AspNetCore").Log(level, 0, $"GET /v1/count?value={Number}", null, (text, _) => text);
        Assert.Matches($"^It failed at offset 1234567 (System.)?FormatException: '{(unmask ? Number : Regex.Escape("***"))}'", said[0]);
        Assert.Equal(unmask ? $"GET /v1/count?value={Number} " : "GET /v1/count?value=*** ", said[1]);
        Assert.Equal(unmask, string.Concat(said).Contains(Number, StringComparison.Ordinal));
    }

    /// <summary>Strangers may have a server say it as often as they like.</summary>
    [Fact]
    public void Warning_of_another_library_is_told_once_a_minute_and_the_servers_are_warnings_at_most()
    {
        var said = new List<string>();
        var time = new FakeTimeProvider();
        using var written = new Written(said);
        using var log = new MaskedLog(written, new Mask(), time);
        var (server, own) = (log.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Http2"), log.CreateLogger("Dlgs.Streams.Kafka.Lane"));
        for (var i = 0; i < 3; i++)
        {
            foreach (var kind in new[] { 60, 61 }) server.Log(LogLevel.Critical, kind, "kind", null, (text, _) => text);
            own.Log(LogLevel.Warning, 60, "ours", null, (text, _) => text);
            server.Log(LogLevel.Information, 7, "all of it", null, (text, _) => text);
            time.Advance(TimeSpan.FromSeconds(31));
        }
        Assert.Equal([4, 3, 3], new[] { "kind", "ours", "all of it" }.Select(words => said.Count(line => line.StartsWith(words, StringComparison.Ordinal))));
        Assert.DoesNotContain(LogLevel.Critical, written.Levels);
    }

    /// <summary>As a formatter writes it.</summary>
    private sealed class Written(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(logLevel, $"{formatter(state, exception)} {exception}");

        public List<LogLevel> Levels { get; } = [];

        private void Add(LogLevel level, string line)
        {
            Levels.Add(level);
            lines.Add(line);
        }

        public void Dispose()
        {
        }
    }
}
