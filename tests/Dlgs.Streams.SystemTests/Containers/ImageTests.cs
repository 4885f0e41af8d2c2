using System.Text.RegularExpressions;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.SystemTests.Containers;

/// <summary>The image, built of this checkout where there are containers, and run against the real broker.</summary>
public sealed class ImageTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Two_instances_that_may_write_nothing_and_are_not_root_answer_as_one_over_mutual_TLS_and_end_well()
    {
        var (servers, inside) = (kafka.Require(), kafka.RequireForContainers());
        var image = await ImageBuild.RunAsync();
        using var files = new ContainerFiles();
        var traffic = new RecordedTraffic(servers);
        await using var a = await DlgsContainer.StartAsync(image, files, "a", inside, traffic);
        await using var b = await DlgsContainer.StartAsync(image, files, "b", inside, traffic, a.Peer);
        DlgsContainer[] both = [a, b];

        foreach (var each in both)
        {
            await UntilAsync(each, SharesAll, "cluster", "--json");
            Assert.Matches("^http://127.0.0.1:5081/readyz: Healthy", await UntilAsync(each, _ => true, "health", "--ready"));
            Assert.Contains($"dlgs {ImageBuild.Version}, commit {ImageBuild.Revision}, librdkafka ", await UntilAsync(each, _ => true, "--version"),
                StringComparison.Ordinal);
            // Root could read it.
            Assert.Contains("denied", (await each.RunAsync("inspect", ContainerFiles.RootOnly)).Said, StringComparison.Ordinal);
        }

        using var replay = DlgsProcess.Replay(servers, traffic.Prefix, [Judge.FileOf("no_bye")]);
        Assert.Equal(0, await replay.WaitForExitAsync());
        var up = await UntilAsync(a, said => said.Trim() != "0", "count", "--require-complete");
        Assert.Equal(up, await UntilAsync(b, said => said == up, "count", "--require-complete"));

        foreach (var each in both)
        {
            var (code, said) = await each.StopAsync();
            Assert.True(code == 0 && said.Contains("was handed over: all that was done is committed", StringComparison.Ordinal), $"{code}: {said}");
        }
    }

    /// <summary>Each has some of the partitions, and together they have all.</summary>
    private static bool SharesAll(string cluster)
    {
        var owners = Regex.Matches(cluster, "\"instance\":\\s*\"(a|b)\"").Select(owner => owner.Groups[1].Value).ToArray();
        return owners.Distinct().Count() == 2 && Regex.Count(cluster, "\"phase\":\\s*\"active\"") >= RecordedTraffic.Partitions;
    }

    /// <summary>Asks until the command ends well and what it says will do.</summary>
    private static async Task<string> UntilAsync(DlgsContainer container, Func<string, bool> isEnough, params string[] command)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (code, said) = await container.RunAsync(command);
            if (code == 0 && isEnough(said)) return said;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience,
                $"{string.Join(' ', command)} ended with {code}: {said}\n{await container.LogAsync()}");
        }
    }
}
