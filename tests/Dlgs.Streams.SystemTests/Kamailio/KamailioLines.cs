namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>The lines of a kamailio.cfg that protos/README.md has between its fences; the addresses in them are a test's own.</summary>
internal sealed record KamailioLines(int HepPort, int HttpPort)
{
    private static readonly string[] Readme = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Kamailio", "README.md"));

    /// <summary>Where dlgs does not answer: calls are let through, as in the README, or refused.</summary>
    public bool FailsOpen { get; init; } = true;

    /// <summary>Answers are waited for so many times as long as in the README: a test's machine may be slow.</summary>
    public int Patience { get; init; } = 1;

    /// <summary>Modules and their settings.</summary>
    public string Settings => Block(0);

    /// <summary>What is done with a call that is being set up.</summary>
    public string Call => Block(1);

    /// <summary>The routes that ask.</summary>
    public string Routes => Block(2);

    private string Block(int number)
    {
        var starts = Readme.Index().Where(line => line.Item == "```cfg").Select(line => line.Index).ToArray();
        var text = string.Join('\n', Readme.Skip(starts[number] + 1).TakeWhile(line => line != "```")) + "\n";
        return Changes().Where(change => change.Block == number).Aggregate(text, (changed, change) =>
        {
            Assert.Contains(change.Old, changed, StringComparison.Ordinal);
            return changed.Replace(change.Old, change.New, StringComparison.Ordinal);
        });
    }

    private IEnumerable<(int Block, string Old, string New)> Changes()
    {
        yield return (0, "127.0.0.1:9060", $"127.0.0.1:{HepPort}");
        yield return (0, "127.0.0.1:5080", $"127.0.0.1:{HttpPort}");
        if (!FailsOpen) yield return (0, "#!define DLGS_FAIL_OPEN", "");
        yield return (0, "\"connection_timeout\", 1)", $"\"connection_timeout\", {Patience})");
        yield return (2, "usleep(\"10000\")", $"usleep(\"{Patience * 10_000}\")");
    }
}
