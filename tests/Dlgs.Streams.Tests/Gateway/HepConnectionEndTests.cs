using System.Globalization;
using Dlgs.Streams.Tests.Access;
using Dlgs.Streams.Tests.Kafka;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>How connections end: with the service, and by their senders.</summary>
public sealed class HepConnectionEndTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_received_is_delivered_at_the_end_though_the_sender_goes_on()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        await agent.GetStream().WriteAsync(Invite(1), Cancelled);
        await rig.WaitForAsync(1);
        await rig.StopAsync();
        Assert.True(rig.Host.IsDelivered);
        Assert.True(await GatewayRig.IsClosedAsync(agent));
    }

    [Fact]
    public async Task What_found_no_room_by_the_end_is_said()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        rig.Queue.HasRoom = false;
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        await agent.GetStream().WriteAsync(Invite(1), Cancelled);
        await rig.WaitForAsync("hep-2001 queued");
        await rig.StopAsync();
        Assert.False(rig.Host.IsDelivered);
        Assert.Equal(1, rig.Metric("dlgs.hep_connections_cut", "end"));
        Assert.Contains(rig.Log.All, line => line.Message.StartsWith("HEP: 1 connections were cut off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_system_had_acknowledged_is_read_at_the_end()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        rig.Queue.HasRoom = false;
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        // More than is read ahead, and no more than the system takes; half a frame is damage, and not unread.
        await agent.GetStream().WriteAsync(Enumerable.Range(0, 1_000).SelectMany(Invite).Concat(Invite(1_000)[..50]).ToArray(), Cancelled);
        await rig.WaitForAsync("hep-2001 queued");
        var stopping = rig.StopAsync();
        rig.Queue.HasRoom = true;
        await stopping;
        Assert.Equal(Enumerable.Range(0, 1_000).Select(Name), rig.Queue.Events.Select(each => each.CallId));
        Assert.Equal(1, rig.Count("unknown truncated"));
        Assert.True(rig.Host.IsDelivered);
    }

    [Fact]
    public async Task What_had_come_by_TLS_is_read_at_the_end_too()
    {
        using var certificates = new Certificates();
        await using var rig = await GatewayRig.StartAsync(("hep_tls", "127.0.0.1:0"), ("tls_certificate", certificates.ServerFile),
            ("tls_key", certificates.ServerKey));
        rig.Queue.HasRoom = false;
        await using var agent = await rig.HandshakeAsync(certificates, certificate: null);
        await agent.WriteAsync(Enumerable.Range(0, 1_000).SelectMany(Invite).ToArray(), Cancelled);
        await rig.WaitForAsync("hep-2001 queued");
        var stopping = rig.StopAsync();
        rig.Queue.HasRoom = true;
        await stopping;
        Assert.Equal(1_000, rig.Queue.Count);
        Assert.True(rig.Host.IsDelivered);
    }

    [Fact]
    public async Task Connection_that_is_reset_is_counted_and_told_of()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        using (var agent = await GatewayRig.ConnectAsync(rig.Tcp))
        {
            await agent.GetStream().WriteAsync(Invite(1), Cancelled);
            await rig.WaitForAsync(1);
            agent.Client.Close(0);
        }
        await EmbeddedCluster.Eventually(() => rig.Metric("dlgs.hep_connections_cut", "reset") == 1, "the reset to be counted");
        await EmbeddedCluster.Eventually(
            () => rig.Log.All.Any(line => line.Message.StartsWith("127.0.0.1 reset its connection", StringComparison.Ordinal)), "a line of it");
    }

    private static string Name(int i) => i.ToString("d4", CultureInfo.InvariantCulture);

    private static byte[] Invite(int i) => new Mirrored { Text = Mirrored.Invite(Name(i)) }.Frame;
}
