using System.Globalization;
using System.Text.Json;
using CsCheck;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Dlgs.Streams.Tests.Logging;

/// <summary>What a message says never steers a terminal nor ends a line, wherever it is shown.</summary>
public sealed class PlainTextTests
{
    /// <summary>A terminal's colours, title and bell; line ends of all kinds; DEL, C1, bidi, zero-width, a tag letter; half a pair; Spectre's markup.</summary>
    private const string Hostile =
        "a\u001b[31m\u001b]0;x\u0007\r\n\t\u007f\u009b1m\u2028\u2029\u202e\u2066\u200b\ufeff\u00ad\u061c\u180e\u3164\ufe0f\U000e0041\ud800z "
        + "[red]é€\U0001f600[/]\udc00";

    private const string Shown =
        @"a\u001b[31m\u001b]0;x\u0007\u000d\u000a\u0009\u007f\u009b1m\u2028\u2029\u202e\u2066\u200b\ufeff\u00ad\u061c\u180e\u3164\ufe0f\udb40\udc41\ud800z "
        + @"[red]é€😀[/]\udc00";

    [Fact]
    public void What_would_steer_a_terminal_is_written_out() => Assert.Equal(Shown, PlainText.Of(Hostile));

    [Fact]
    public void Nothing_but_visible_characters_comes_through() =>
        Gen.OneOf(Gen.Int[0, 0xff], Gen.Int[0x2000, 0x206f], Gen.Int[0xd800, 0xdfff], Gen.Int[0, 0xffff]).Array[0, 40]
            .Select(chars => string.Concat(chars.Select(c => (char)c))).Sample(text =>
        {
            var plain = PlainText.Of(text);
            for (var i = 0; i < plain.Length; i += char.IsSurrogatePair(plain, i) ? 2 : 1)
                Assert.False(CharUnicodeInfo.GetUnicodeCategory(plain, i) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
            Assert.Equal(plain, PlainText.Of(plain));
        }, iter: 5_000);

    [Fact]
    public void Line_of_a_change_is_one_line()
    {
        var change = new DialogChange
        {
            CallId = Sent, Src = Sent, Dst = Sent,
            PreviousState = DialogState.Init, State = DialogState.Confirmed, LogTime = new() { Seconds = 1 },
        };
        Assert.Equal($"00:00:01.000 {Told} {Told} > {Told}: Init -> Confirmed", PlainText.Of(DialogWords.Line(change)));
    }

    [Fact]
    public void Json_says_the_same_in_other_words()
    {
        var json = Output.Json(new Dialog { CallId = Sent });
        Assert.Equal(json, PlainText.Of(json));
        Assert.Equal(Sent, JsonDocument.Parse(json).RootElement.GetProperty("callId").GetString());
    }

    [Fact]
    public void Table_shows_every_field_as_text()
    {
        using var shown = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(shown),
        });
        console.Profile.Width = 4_096;
        DialogTables.Write(console, [new Dialog { CallId = Sent, FromTag = Sent, Src = Sent, Dst = Sent }], Form.Table, title: Sent);
        Assert.All(shown.ToString().Split('\n'), line => Assert.Equal(line, PlainText.Of(line)));
        Assert.Contains(Told, shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Event_of_the_log_is_one_line()
    {
        var line = Logged(LogLevel.Warning);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.Equal(line[..^1], PlainText.Of(line[..^1]));
        Assert.EndsWith($"warn: Lane[7] {Shown} InvalidDataException: b \\u001b[1m\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_are_for_debug_level_and_in_the_same_line()
    {
        var line = Logged(LogLevel.Debug);
        Assert.Contains($" at {typeof(PlainTextTests).FullName}.", line, StringComparison.Ordinal);
        Assert.Equal(line[..^1], PlainText.Of(line[..^1]));
    }

    private static string Logged(LogLevel level)
    {
        using var log = new StringWriter();
        try
        {
            throw new InvalidDataException("b\n\u001b[1m");
        }
        catch (InvalidDataException thrown)
        {
            var shown = new MaskedException(Mask.Always, thrown, level);
            new LogLines(TimeProvider.System).Write(new LogEntry<string>(level, "Lane", 7, Hostile, shown, (text, _) => text), scopeProvider: null, log);
        }
        return log.ToString();
    }

    /// <summary>A protobuf string has no halves of characters.</summary>
    private static string Sent => Hostile
        .Replace("\ud800z", "z", StringComparison.Ordinal)
        .Replace("\udc00", "", StringComparison.Ordinal)
        .Replace("\U000e0041", "", StringComparison.Ordinal);

    private static string Told => PlainText.Of(Sent);
}
