using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>HEP as datagrams, through real sockets of loopback.</summary>
public sealed class UdpListenerTests
{
    [Theory, InlineData("127.0.0.1:0"), InlineData("[::1]:0")]
    public async Task What_one_sender_sends_is_taken_in_its_order(string address)
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", address));
        using var sender = Connect(rig);
        for (var i = 0; i < 500; i++) Send(sender, Invite(i));
        await rig.WaitForAsync(500);
        Assert.Equal(Enumerable.Range(0, 500).Select(Name), rig.Queue.Events.Select(each => each.CallId));
    }

    [Fact]
    public async Task Many_senders_share_the_sockets_and_each_keeps_its_order()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"), ("hep_udp_sockets", "4"));
        var senders = Enumerable.Range(0, 20).Select(_ => Connect(rig)).ToArray();
        for (var i = 0; i < 400; i++) Send(senders[i % 20], new Mirrored { CaptureId = (uint)(i % 20), Text = Mirrored.Invite(Name(i)) }.Frame);
        await rig.WaitForAsync(400);
        foreach (var sent in rig.Queue.Events.GroupBy(each => each.Proxy))
            Assert.Equal(sent.Select(each => each.CallId).Order(StringComparer.Ordinal), sent.Select(each => each.CallId));
        foreach (var sender in senders) sender.Dispose();
    }

    [Fact]
    public async Task Datagram_of_the_greatest_length_is_taken_and_garbage_beside_it_is_counted()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"));
        using var sender = Connect(rig);
        for (var i = 0; i < 100; i++) Send(sender, "garbage"u8.ToArray());
        Send(sender, []);
        Send(sender, new Mirrored { Text = Mirrored.Invite("long", new string('b', 65_000)) }.Frame);
        await rig.WaitForAsync(1);
        Assert.Equal(101, rig.Count("unknown wrong-magic"));
    }

    [Fact]
    public async Task What_was_received_is_delivered_at_the_end()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"));
        using (var sender = Connect(rig))
            for (var i = 0; i < 300; i++) Send(sender, Invite(i));
        await rig.StopAsync();
        Assert.Equal(300, rig.Queue.Count);
        Assert.True(rig.Host.IsDelivered);
    }

    [Fact]
    public async Task What_the_brokers_did_not_take_by_the_end_is_said()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"));
        rig.Queue.Delivers = false;
        using var sender = Connect(rig);
        Send(sender, Invite(1));
        await rig.WaitForAsync(1);
        await rig.StopAsync();
        Assert.False(rig.Host.IsDelivered);
        Assert.Contains(rig.Log.All, line => line.Message == "HEP: 1 events that were read are not with the brokers");
    }

    [Fact]
    public async Task Port_that_another_gateway_has_is_not_shared_with_it()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"));
        var failure = await Assert.ThrowsAsync<IOException>(() => GatewayRig.StartAsync(("hep_udp", $"{rig.Udp}")));
        Assert.Equal($"hep_udp: {rig.Udp}: Address already in use", failure.Message);
    }

    [Fact]
    public async Task Buffer_that_the_system_cuts_is_said_loudly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse it.");
        await using var rig = await GatewayRig.StartAsync(("hep_udp", "127.0.0.1:0"), ("hep_receive_buffer", "1073741824"));
        Assert.Contains(rig.Log.All, line => line.Message.Contains("sysctl -w net.core.rmem_max=1073741824", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Datagrams_that_the_system_drops_are_counted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not say.");
        using var areThere = new ManualResetEventSlim();
        await using var rig = await GatewayRig.StartAsync(areThere.Wait, ("hep_udp", "127.0.0.1:0"), ("hep_udp_sockets", "1"), ("hep_receive_buffer", "65536"));
        using var sender = Connect(rig);
        for (var i = 0; i < 1_000; i++) Send(sender, Invite(i));
        areThere.Set();
        await rig.WaitForAsync("hep-2001 queued");
        await rig.StopAsync();
        Assert.InRange(rig.Queue.Count, 1, 999);
        Assert.Contains(rig.Log.All, line => line.Message.Contains(
            string.Create(CultureInfo.InvariantCulture, $": {1_000 - rig.Queue.Count} datagrams came faster"), StringComparison.Ordinal));
    }

    private static Socket Connect(GatewayRig rig)
    {
        var socket = new Socket(rig.Udp.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect((EndPoint)rig.Udp);
        return socket;
    }

    private static void Send(Socket sender, byte[] datagram) => sender.Send(datagram);

    private static string Name(int i) => i.ToString("d4", CultureInfo.InvariantCulture);

    private static byte[] Invite(int i) => new Mirrored { Text = Mirrored.Invite(Name(i)) }.Frame;
}
