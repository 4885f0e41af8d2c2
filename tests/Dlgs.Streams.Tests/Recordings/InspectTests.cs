using Dlgs.Streams.Cli;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Terminal;
using Dlgs.Streams.Tests.Hep;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Recordings;

/// <summary>dlgs inspect, but for the process around it.</summary>
public sealed class InspectTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-inspect-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Json_is_one_dialog_a_line_and_the_same_each_time()
    {
        var (exit, lines, errors) = Run(Judge.FileOf("basic"), Judge.FileOf("busy_486"));
        Assert.Equal(0, exit);
        Assert.Equal(14 + 9, lines.Select(JsonParser.Default.Parse<Dialog>).Select(d => d.CallId).Distinct().Count());
        Assert.Equal(
            ["basic.hep.gz: 182 frames, 182 SIP messages (0 about no call), 14 dialogs, 70 changes",
            "busy_486.hep.gz: 73 frames, 73 SIP messages (0 about no call), 9 dialogs, 27 changes"], errors);
        Assert.Equal(lines, Run(Judge.FileOf("basic"), Judge.FileOf("busy_486")).Lines);
    }

    [Fact]
    public void Changes_of_a_dialog_are_numbered_without_gaps_and_end_in_its_last_form()
    {
        var changes = Run(new InspectCommand.Wanted(Form.Json, Changes: true, Expire: false), Judge.FileOf("serial_fork"))
            .Lines.Select(JsonParser.Default.Parse<DialogChange>).ToList();
        var dialogs = Run(Judge.FileOf("serial_fork")).Lines.Select(JsonParser.Default.Parse<Dialog>).ToDictionary(d => (d.CallId, d.FromTag, d.SinceCseq));
        foreach (var ofOne in changes.GroupBy(c => (c.CallId, c.FromTag, c.SinceCseq)))
        {
            Assert.Equal(Enumerable.Range(1, ofOne.Count()), ofOne.Select(c => (int)c.Sequence));
            Assert.Equal((dialogs[ofOne.Key].State, dialogs[ofOne.Key].EndReason, dialogs[ofOne.Key].SipStatus),
                (ofOne.Last().State, ofOne.Last().EndReason, ofOne.Last().SipStatus));
        }
        Assert.Equal(changes.Count, changes.Select(c => c.EventId).Distinct().Count());
    }

    [Fact]
    public void Time_stands_still_at_the_end_unless_every_deadline_may_pass()
    {
        var still = Run(Judge.FileOf("no_bye")).Lines.Select(JsonParser.Default.Parse<Dialog>);
        Assert.All(still, d => Assert.True(d.State is DialogState.Answered or DialogState.Confirmed));
        var expired = Run(new InspectCommand.Wanted(Form.Json, Changes: false, Expire: true), Judge.FileOf("no_bye"))
            .Lines.Select(JsonParser.Default.Parse<Dialog>);
        Assert.All(expired, d => Assert.Equal((DialogState.Terminated, EndReason.Expired, Lifetime.Active, true, 1u),
            (d.State, d.EndReason, d.ExpiredLifetime, d.Settled, d.Revision)));
    }

    [Fact]
    public void What_is_bad_is_counted_with_its_first_place_and_the_rest_is_read()
    {
        var path = Write([.. HepFrames.Frame("no SIP"), 1, 2, 3, .. HepFrames.Frame(Options), .. HepFrames.Frame("no SIP")[..20]]);
        var (exit, lines, errors) = Run(path);
        Assert.Equal((0, 0), (exit, lines.Length));
        Assert.Equal(["bad.hep: 2 frames, 1 SIP messages (1 about no call), 0 dialogs, 0 changes", "bad.hep: 1 skipped: NotSip, first at byte 0",
            $"bad.hep: 1 skipped: Truncated, first at byte {HepFrames.Frame("no SIP").Length + 3 + HepFrames.Frame(Options).Length}",
            $"bad.hep: 1 skipped: WrongMagic, first at byte {HepFrames.Frame("no SIP").Length}"], errors);
    }

    [Fact]
    public void Nothing_read_is_a_failure() => Assert.Equal(1, Run(Write([.. HepFrames.Frame("no SIP")])).Exit);

    [Fact]
    public void Empty_file_is_a_failure() => Assert.Equal(1, Run(Write([])).Exit);

    [Fact]
    public void Missing_file_is_named_and_the_others_are_read()
    {
        var (exit, lines, errors) = Run(Path.Combine(folder, "none.hep"), folder, Judge.FileOf("basic"));
        Assert.Equal((1, 14), (exit, lines.Length));
        Assert.Equal(
            [$"dlgs inspect: {Path.Combine(folder, "none.hep")}: no such file", $"dlgs inspect: {folder} is a directory, not a recording"], errors[..2]);
    }

    private const string Options = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=1\r\n"
        + "From: <sip:a@x>;tag=a\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n";

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, "bad.hep"), bytes);
        return Path.Combine(folder, "bad.hep");
    }

    private static (int Exit, string[] Lines, string[] Errors) Run(params string[] files) =>
        Run(new InspectCommand.Wanted(Form.Json, Changes: false, Expire: false), files);

    private static (int Exit, string[] Lines, string[] Errors) Run(InspectCommand.Wanted wanted, params string[] files)
    {
        using var lines = new StringWriter();
        using var errors = new StringWriter();
        var exit = InspectCommand.Run([.. files.Select(f => new FileInfo(f))], wanted, lines, errors);
        return (exit, Split(lines), Split(errors));
    }

    private static string[] Split(StringWriter text) => text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
