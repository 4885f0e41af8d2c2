using System.Text.RegularExpressions;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What pods ask for is a line of README's "How much it takes", and holds while one of them is down.</summary>
public sealed class SizingTests
{
    [Theory]
    [InlineData("base", "1,000", 1)]
    [InlineData("overlays/production", "10,000", 2)]
    public async Task Memory_and_cores_are_those_of_a_line_of_the_README(string folder, string callsPerSecond, int instances)
    {
        var cells = File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Single(line => Regex.IsMatch(line, $@"^\| {callsPerSecond} \| [\d,]+ \| [\d,]+ \|"))
            .Split('|', StringSplitOptions.TrimEntries);
        var each = instances == 1 ? "" : $" in each of {instances}";
        var pod = await PodManifest.OfAsync(folder);
        var resources = pod.Program.Resources;
        Assert.Equal(cells[5], $"{resources.Limits["memory"]}B{each}".Replace("GiB", " GiB", StringComparison.Ordinal));
        Assert.Equal(resources.Limits["memory"], resources.Requests["memory"]);
        Assert.Equal(cells[6].Split(' ')[0], resources.Requests["cpu"].ToString());
        Assert.False(resources.Limits.ContainsKey("cpu"));
        Assert.Equal(instances + 1, pod.Set.Spec.Replicas);
        // 75 % of the container's, as the program sees it.
        Assert.DoesNotContain("DLGS_MEMORY_LIMIT", pod.Settings.Keys);
    }
}
