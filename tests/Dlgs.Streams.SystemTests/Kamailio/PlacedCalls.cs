using System.Globalization;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>Calls of one kind by sipp through one Kamailio, and what sipp knows of each at the end.</summary>
internal sealed class PlacedCalls : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-calls-").FullName;
    private readonly ChildProcess sipp;

    /// <param name="mirror">Which Kamailio.</param>
    /// <param name="kind">What calls.</param>
    /// <param name="proxyPort">Where Kamailio listens.</param>
    /// <param name="callees">Who is called.</param>
    /// <param name="count">How many calls, five a second.</param>
    public PlacedCalls(Mirror mirror, CallKind kind, int proxyPort, Callees callees, int count)
    {
        (Mirror, Kind, Count) = (mirror, kind, count);
        File.WriteAllText(Scenario, SippCaller.Scenario(kind.Caller));
        string[] calls = ["-m", $"{count}", "-r", "5", "-cid_str", $"%u-%p@{mirror.Name}.{kind.Name}",
            "-key", "caller", mirror.Name, "-key", "called", kind.Name, "-key", "callee", callees.UriOf(kind, mirror)];
        // What comes late, as a 200 to CANCEL after the 487, ends no call.
        string[] patience = ["-default_behaviors", "none", "-timeout", "60s", "-timeout_error"];
        sipp = Sipp.Start(LoopbackPort.Free(), ["-sf", Scenario, $"127.0.0.1:{proxyPort}", .. calls, .. patience,
            "-trace_logs", "-log_file", Log, "-trace_err", "-error_file", Errors]);
    }

    public Mirror Mirror { get; }

    public CallKind Kind { get; }

    public int Count { get; }

    private string Scenario => Path.Combine(folder, "caller.xml");
    private string Log => Path.Combine(folder, "calls.log");
    private string Errors => Path.Combine(folder, "errors.log");

    /// <summary>Waits for their end. Null: each went as its steps say, or else what sipp says of those that did not.</summary>
    public async Task<string?> WaitAsync() => await sipp.WaitForExitAsync() == 0 ? null
        : $"{Mirror.Name}, {Kind.Name}:\n{string.Join('\n', File.Exists(Errors) ? File.ReadLines(Errors).Take(40) : sipp.Lines.TakeLast(40))}";

    /// <summary>How long the caller talked, by Call-ID; null: it does not know, or it did not come to that.</summary>
    public Dictionary<string, TimeSpan?> Talks() => File.ReadLines(Log).Select(line => line.Split(' ')).GroupBy(words => words[1])
        .ToDictionary(call => call.Key, call => TimeOf(call, "down") - TimeOf(call, "up"));

    public void Dispose()
    {
        sipp.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static TimeSpan? TimeOf(IEnumerable<string[]> lines, string word) => lines.FirstOrDefault(line => line[0] == word) is { } line
        ? TimeSpan.FromMilliseconds(long.Parse(line[2], CultureInfo.InvariantCulture)) : null;
}
