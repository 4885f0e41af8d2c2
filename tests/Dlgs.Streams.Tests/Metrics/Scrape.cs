using Dlgs.Streams.Tests.Kafka;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>What Prometheus reads of an instance.</summary>
internal static class Scrape
{
    public static async Task<PrometheusText> OfAsync(EmbeddedCluster service) => PrometheusText.Parse(await TextOfAsync(service));

    public static async Task<string> TextOfAsync(EmbeddedCluster service)
    {
        using var client = new HttpClient { BaseAddress = new Uri(service.Addresses.ElementAt(1)) };
        return await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
    }

    /// <summary>As soon as it is so.</summary>
    public static async Task<PrometheusText> WhenAsync(EmbeddedCluster service, Predicate<PrometheusText> isSo, string what)
    {
        PrometheusText? text = null;
        await EmbeddedCluster.Eventually(async () => isSo(text = await OfAsync(service)), what);
        return text!;
    }
}
