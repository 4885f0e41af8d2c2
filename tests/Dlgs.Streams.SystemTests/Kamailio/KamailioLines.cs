namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>The lines of a kamailio.cfg that protos/README.md has between its fences; the addresses in them are a test's own.</summary>
internal sealed record KamailioLines(int HepPort, int HttpPort)
{
    private const string FailOpen = "#!define DLGS_FAIL_OPEN";

    private static readonly string[] Readme = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Kamailio", "README.md"));

    /// <summary>Where nobody answers: calls are let through, as in the README, or refused.</summary>
    public bool LetsThrough { get; init; } = true;

    /// <summary>Modules and their settings.</summary>
    public string Settings => LetsThrough ? Block(0) : Exchange(Block(0), FailOpen, "");

    /// <summary>What is done with a call that is being set up.</summary>
    public string Call => Block(1);

    /// <summary>The routes that ask.</summary>
    public string Routes => Block(2);

    private string Block(int number)
    {
        var starts = Readme.Index().Where(line => line.Item == "```cfg").Select(line => line.Index).ToArray();
        var text = string.Join('\n', Readme.Skip(starts[number] + 1).TakeWhile(line => line != "```")) + "\n";
        return text.Replace("127.0.0.1:9060", $"127.0.0.1:{HepPort}", StringComparison.Ordinal)
            .Replace("127.0.0.1:5080", $"127.0.0.1:{HttpPort}", StringComparison.Ordinal);
    }

    private static string Exchange(string text, string old, string with)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, with, StringComparison.Ordinal);
    }
}
