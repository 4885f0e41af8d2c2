using Dlgs.Streams.Shared;

namespace Dlgs.Streams.SystemTests.Gateway;

/// <summary>All recordings as capture agents send them, through gateways and a real Kafka: every call comes out as its callers know it.</summary>
public sealed class GatewayTests(KafkaCluster kafka)
{
    /// <summary>Most of the frames.</summary>
    private static readonly string[] Bulk = ["bulk", "bulk_two_proxies"];

    private static readonly string[] Small = [.. Judge.Names("").Except(Bulk)];

    /// <summary>One ends by a silence that no test waits for.</summary>
    private static readonly string[] Reports = [.. Judge.Names("reports").Where(name => !name.Contains("session_timer", StringComparison.Ordinal))];

    [Fact]
    public async Task Recordings_by_TCP_through_a_gateway_that_is_killed_come_out_right_as_senders_connect_again()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve();
        using var gateway = new GatewayProcess(kafka.Require(), traffic.Prefix);
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        await gateway.WaitUntilReadyAsync();
        await HepSender.StreamAsync(gateway, Small);
        await gateway.WaitUntilDeliveredAsync();
        gateway.Kill();
        var rest = HepSender.StreamAsync(gateway, [.. Bulk, .. Reports]);
        await gateway.RestartAsync();
        await rest;
        // SIGTERM: what it received is delivered.
        await gateway.StopAsync();
        await CheckAsync(traffic, [.. Small, .. Bulk, .. Reports], service);
    }

    [Fact]
    public async Task Recordings_by_UDP_through_two_gateways_lose_what_is_sent_while_one_is_down_and_nothing_else()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve();
        using var one = new GatewayProcess(kafka.Require(), traffic.Prefix);
        using var two = new GatewayProcess(kafka.Require(), traffic.Prefix);
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        await Task.WhenAll(one.WaitUntilReadyAsync(), two.WaitUntilReadyAsync());
        var lost = Small[0];
        var most = HepSender.SendAsync(two, Bulk);
        await HepSender.SendAsync(one, Small[1..]);
        await one.WaitUntilDeliveredAsync();
        one.Kill();
        HepSender.SendIntoTheVoid(one, lost);
        await one.RestartAsync();
        await HepSender.SendAsync(one, Reports);
        await most;
        await one.StopAsync();
        await two.StopAsync();
        await CheckAsync(traffic, [.. Small[1..], .. Bulk, .. Reports], service);
        Assert.NotEmpty(JudgedChanges.Faults(traffic.ReadCommitted(), [lost]));
    }

    private static async Task CheckAsync(RecordedTraffic traffic, string[] recordings, DlgsProcess service)
    {
        await traffic.WaitForChangesAsync(changes => JudgedChanges.Faults(changes, recordings).Count == 0, service);
        await service.StopAsync();
    }
}
