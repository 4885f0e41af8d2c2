using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;

namespace Dlgs.Streams.Tests.Terminal;

/// <summary>Tables as people see them, for terminals of any width.</summary>
public sealed class TableTests
{
    private const string Uuid = "958accab-8e68-4628-80af-135fc1895c20";

    [Theory]
    [InlineData(40, "Call-ID State")]
    [InlineData(60, "Call-ID State Src")]
    [InlineData(80, "Call-ID State Src Dst")]
    [InlineData(110, "Call-ID State Src Dst Talk")]
    [InlineData(140, "Call-ID State Src Dst Init Talk")]
    [InlineData(150, "Call-ID State Why Src Dst Init Talk")]
    [InlineData(200, "Call-ID From-tag State Why Src Dst Init Talk")]
    public void Less_room_shows_fewer_columns_and_cuts_no_value_but_the_Call_ID(int width, string columns)
    {
        var lines = Show(width, Ended);
        Assert.Equal(columns, string.Join(' ', lines[0].Replace(" (UTC)", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.DoesNotContain("…", lines[1].Split(' ', 2)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(null)]
    public void Call_ID_is_shown_in_full_where_there_is_room(int? width) => Assert.StartsWith(Uuid + " ", Show(width, Ended)[1], StringComparison.Ordinal);

    [Fact]
    public void Column_with_nothing_in_it_takes_no_room_but_is_there_where_all_are()
    {
        Assert.DoesNotContain("Talk", Show(200, Ongoing)[0], StringComparison.Ordinal);
        Assert.Contains("Talk", Show(null, Ongoing)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(59, "0:00:59.000")]
    [InlineData(86_400 + 3_600 * 2 + 61, "26:01:01.000")]
    [InlineData(2_592_000, "720:00:00.000")]
    public void Talk_time_is_in_hours_however_many(long seconds, string shown) => Assert.Equal(shown, DialogWords.Talk(TimeSpan.FromSeconds(seconds)));

    private static Dialog Ongoing => new()
    {
        CallId = Uuid,
        FromTag = "0chc5gvba",
        State = DialogState.Confirmed,
        Src = "customer121@example.com",
        Dst = "14686786@example.com",
        InitTime = new Timestamp { Seconds = 1 },
    };

    private static Dialog Ended => new(Ongoing)
    {
        State = DialogState.Terminated, EndReason = EndReason.Bye, EndedBy = Party.Caller, Duration = new Duration { Seconds = 60 },
    };

    private static string[] Show(int? width, Dialog dialog)
    {
        using var shown = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(shown) });
        var table = DialogTables.Of([dialog], width);
        console.Profile.Width = table.Width;
        console.Write(table.Rendered);
        return shown.ToString().Split(Environment.NewLine);
    }
}
