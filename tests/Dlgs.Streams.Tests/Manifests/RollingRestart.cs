namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What Prometheus sees of three instances while one after the other restarts, scraped every 15 s.</summary>
internal static class RollingRestart
{
    public const int ScrapeSeconds = 15;

    private const int Away = 45 / ScrapeSeconds;

    /// <param name="between">How long an instance is back before the next one goes, in seconds.</param>
    /// <param name="first">The scrape that misses the first one.</param>
    public static IEnumerable<(string Series, string Values)> Of(int between, int first) =>
        from ordinal in Enumerable.Range(0, 3)
        // The highest is the first to go.
        let gone = first + ((2 - ordinal) * (Away + (between / ScrapeSeconds)))
        from each in new[] { ("build_info", "", 1), ("partitions", "", 24), ("in_touch", "", 1), ("partitions_held", ",phase=\"active\"", 8) }
        select ($"dlgs_{each.Item1}{{namespace=\"dlgs\",instance=\"dlgs-{ordinal}\"{each.Item2}}}",
            $"{each.Item3}x{gone - 1} stale _x{Away - 1} {each.Item3}x100");
}
