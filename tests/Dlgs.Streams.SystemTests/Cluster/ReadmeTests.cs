using System.Text.RegularExpressions;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>The chapter "From one machine to a cluster" of README.md, typed as it stands there; the brokers are a test's own, and so are the ports.</summary>
public sealed partial class ReadmeTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, int> ports = [];

    [Fact]
    public async Task Lines_of_the_chapter_make_a_cluster_and_ask_it()
    {
        var (servers, traffic) = (kafka.Require(), new RecordedTraffic(kafka.Require()));
        string[][] lines = [.. Lines().Select(line => Arguments(line, servers, traffic.Prefix))];
        var instances = new List<DlgsProcess>();
        try
        {
            instances.AddRange(lines.Where(line => line[0] == "serve").Select(DlgsProcess.Run));
            Assert.Equal(3, instances.Count);
            foreach (var ask in lines.Where(line => line[0] != "serve")) Assert.NotEmpty(await UntilAnsweredAsync(ask, instances));
            // All three are there, and each has something.
            var cluster = await UntilAnsweredAsync([.. lines.Single(line => line[0] == "cluster"), "--json"], instances, "\"a\"", "\"b\"", "\"c\"");
            Assert.Equal(24, cluster.Split('\n').Count(line => line.Contains("\"active\"", StringComparison.Ordinal)));
        }
        finally
        {
            foreach (var instance in instances) instance.Dispose();
        }
    }

    private static async Task<string> UntilAnsweredAsync(string[] ask, List<DlgsProcess> instances, params string[] names)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var asked = DlgsProcess.Run(ask);
            var isDone = await asked.WaitForExitAsync() == 0 && Array.TrueForAll(names, name => asked.Output.Contains(name, StringComparison.Ordinal));
            if (isDone) return asked.Output;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience,
                $"{string.Join(' ', ask)}: {asked.Output}\n\n{string.Join("\n\n", instances.Select(instance => instance.Output))}");
        }
    }

    /// <summary>Those of several machines name addresses that this one does not have.</summary>
    private static IEnumerable<string> Lines()
    {
        var chapter = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")).Split("\n## ")
            .Single(part => part.StartsWith("From one machine to a cluster", StringComparison.Ordinal));
        return Continued().Replace(chapter, " ").Split('\n')
            .Where(line => line.StartsWith("    dlgs ", StringComparison.Ordinal) && !line.Contains("https:", StringComparison.Ordinal));
    }

    /// <summary>What a line leaves to the defaults is said, with ports that are free.</summary>
    private string[] Arguments(string line, string servers, string prefix)
    {
        string[] printed = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        if (printed[0] != "serve" && !printed.Contains("--server")) printed = [.. printed, "--server", "http://127.0.0.1:5090"];
        if (printed[0] == "serve" && !printed.Contains("--grpc")) printed = [.. printed, "--grpc", "http://127.0.0.1:5090", "--http", "http://127.0.0.1:5080"];
        if (printed[0] == "serve") printed = [.. printed, "--topic-prefix", prefix];
        return [.. printed.Select(word => Port().Replace(word.Replace("kafka:9092", servers, StringComparison.Ordinal), port => FreeFor(port.Value)))];
    }

    private string FreeFor(string address) => address[..^4] + (ports.TryGetValue(address, out var port) ? port : ports[address] = LoopbackPort.Free());

    [GeneratedRegex(@" \\\n +")]
    private static partial Regex Continued();

    [GeneratedRegex(@"http://127\.0\.0\.1:50\d\d")]
    private static partial Regex Port();
}
