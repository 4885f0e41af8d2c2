using System.Text.Json;

namespace Dlgs.Streams.SystemTests;

/// <summary>librdkafka's settings, as brokers take them.</summary>
public sealed class KafkaSettingsTests(KafkaCluster kafka) : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    [Fact]
    public async Task Service_is_exact_with_a_dozen_settings_of_the_operator()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve(more: With(
            ("client.id", "billing"), ("client.rack", "a"), ("compression.type", "lz4"),
            ("batch.size", "500000"), ("linger.ms", "1"), ("max.in.flight", "2"), ("retries", "10"),
            ("queue.buffering.max.messages", "100"), ("fetch.max.bytes", "1000000"),
            ("queued.min.messages", "100"), ("check.crcs", "true"), ("session.timeout.ms", "10000"),
            ("heartbeat.interval.ms", "1000"), ("transaction.timeout.ms", "6000"), ("socket.timeout.ms", "3000"), ("statistics.interval.ms", "1000")));
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    [Theory]
    [InlineData("session.timeout.ms", "1000", 1)]
    [InlineData("session.timeout.ms", "abc", 2)]
    [InlineData("max.in.flight", "10", 2)]
    public async Task Setting_that_cannot_work_ends_the_service_with_its_name(string name, string value, int code)
    {
        using var service = new RecordedTraffic(kafka.Require()).Serve(more: With((name, value)));
        Assert.Equal(code, await service.WaitForExitAsync());
        Assert.Single(service.Output.Split('\n'), line => line.Contains(name, StringComparison.Ordinal));
    }

    public void Dispose() => File.Delete(file);

    private string[] With(params (string Name, string Value)[] settings)
    {
        File.WriteAllText(file, JsonSerializer.Serialize(new { kafka = settings.ToDictionary(setting => setting.Name, setting => setting.Value) }));
        return ["--config", file];
    }
}
