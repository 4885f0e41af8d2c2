namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>The lines of a kamailio.cfg that README.md and protos/README.md have between their fences; the addresses in them are a test's own.</summary>
internal sealed record KamailioLines(int HepPort, int HttpPort)
{
    private static readonly string[] Readme = Read("README.md");
    private static readonly string[] Protos = Read(Path.Combine("Kamailio", "README.md"));

    /// <summary>Where dlgs does not answer: calls are let through, as in the README, or refused.</summary>
    public bool FailsOpen { get; init; } = true;

    /// <summary>Answers are waited for so many times as long as in the README: a test's machine may be slow.</summary>
    public int Patience { get; init; } = 1;

    /// <summary>What has it mirror every message.</summary>
    public string Mirror => Change(Block(Readme, 0), ("127.0.0.1:9060", $"127.0.0.1:{HepPort}"));

    /// <summary>Modules and their settings, with which it asks.</summary>
    public string Settings => Change(Block(Protos, 0),
        ("127.0.0.1:5080", $"127.0.0.1:{HttpPort}"), ("\"connection_timeout\", 1)", $"\"connection_timeout\", {Patience})"),
        ("#!define DLGS_FAIL_OPEN", FailsOpen ? "#!define DLGS_FAIL_OPEN" : ""));

    /// <summary>What is done with a call that is being set up.</summary>
    public string Call => Block(Protos, 1);

    /// <summary>The routes that ask.</summary>
    public string Routes => Change(Block(Protos, 2), ("usleep(\"10000\")", $"usleep(\"{Patience * 10_000}\")"));

    /// <summary>What is not there to be changed has been changed in the README.</summary>
    public static string Change(string text, params (string Old, string New)[] changes) => changes.Aggregate(text, (changed, change) =>
    {
        Assert.Contains(change.Old, changed, StringComparison.Ordinal);
        return changed.Replace(change.Old, change.New, StringComparison.Ordinal);
    });

    private static string Block(string[] readme, int number)
    {
        var starts = readme.Index().Where(line => line.Item == "```cfg").Select(line => line.Index).ToArray();
        return string.Join('\n', readme.Skip(starts[number] + 1).TakeWhile(line => line != "```")) + "\n";
    }

    private static string[] Read(string name) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, name));
}
