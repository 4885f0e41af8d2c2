using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Tests.Access;
using Dlgs.Streams.Tests.Hep;
using Dlgs.Streams.Tests.Kafka;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>HEP by TCP and TLS, through real connections of loopback.</summary>
public sealed class HepConnectionTests
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_are_taken_in_their_order_and_damage_costs_its_frame()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "[::1]:0"));
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        byte[][] frames = [.. Enumerable.Range(0, 1_000).Select(Invite)];
        frames[100][4] ^= 0x40;
        frames[500] = [.. "no frame at all"u8];
        await agent.GetStream().WriteAsync(frames.SelectMany(each => each).ToArray(), Cancelled);
        await rig.WaitForAsync(998);
        Assert.Equal(Enumerable.Range(0, 1_000).Where(i => i is not (100 or 500)).Select(Name), rig.Queue.Events.Select(each => each.CallId));
        Assert.Equal((1, 1), (rig.Count("unknown bad-length"), rig.Count("unknown wrong-magic")));
    }

    [Fact]
    public async Task One_byte_at_a_time_is_enough()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        foreach (var one in Invite(1).Concat(HepVersion2Tests.Frame(Mirrored.Invite("two")))) await agent.GetStream().WriteAsync(new[] { one }, Cancelled);
        await rig.WaitForAsync(2);
        Assert.Equal(["0001", "two"], rig.Queue.Events.Select(each => each.CallId));
    }

    [Fact]
    public async Task While_there_is_no_room_nothing_is_read_and_then_all_of_it()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        rig.Queue.HasRoom = false;
        using var agent = await GatewayRig.ConnectAsync(rig.Tcp);
        var frames = Enumerable.Range(0, 100_000).SelectMany(Invite).ToArray();
        var sending = agent.GetStream().WriteAsync(frames, Cancelled).AsTask();
        await rig.WaitForAsync("hep-2001 queued");
        Assert.Equal(1, rig.Count("hep-2001 queued"));
        Assert.False(sending.IsCompleted);
        rig.Queue.HasRoom = true;
        await sending;
        await rig.WaitForAsync(100_000);
        Assert.Equal(Name(99_999), rig.Queue.Events[^1].CallId);
    }

    [Fact]
    public async Task Connections_that_say_nothing_make_room_and_those_that_sent_a_frame_do_not()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"), ("hep_connections", "2"), ("hep_authenticate_key", "k"));
        using var silent = await GatewayRig.ConnectAsync(rig.Tcp);
        using var stranger = await GatewayRig.ConnectAsync(rig.Tcp);
        await stranger.GetStream().WriteAsync(Invite(0), Cancelled);
        await rig.WaitForAsync("unknown wrong-key");
        var agents = new List<TcpClient>();
        for (var i = 1; i <= 2; i++)
        {
            agents.Add(await GatewayRig.ConnectAsync(rig.Tcp));
            await agents[^1].GetStream().WriteAsync(new Mirrored { Key = "k" }.Frame, Cancelled);
            await rig.WaitForAsync(i);
        }
        Assert.True(await GatewayRig.IsClosedAsync(silent));
        Assert.True(await GatewayRig.IsClosedAsync(stranger));
        using var late = await GatewayRig.ConnectAsync(rig.Tcp);
        Assert.True(await GatewayRig.IsClosedAsync(late));
        foreach (var agent in agents) await agent.GetStream().WriteAsync(new Mirrored { Key = "k" }.Frame, Cancelled);
        await rig.WaitForAsync(4);
        Assert.Contains(rig.Log.All, line => line.Message.EndsWith("Settings hep_connections", StringComparison.Ordinal));
        agents.ForEach(agent => agent.Dispose());
    }

    [Fact]
    public async Task Thousand_connections_are_read_side_by_side()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"));
        var agents = new List<TcpClient>();
        for (var i = 0; i < 1_000; i++) agents.Add(await GatewayRig.ConnectAsync(rig.Tcp));
        await EmbeddedCluster.Eventually(() => rig.Connections.Open == 1_000, "all connections to be read");
        for (var half = 0; half < 2; half++)
            foreach (var (i, agent) in agents.Index())
                await agent.GetStream().WriteAsync(half == 0 ? Invite(i).AsMemory(0, 100) : Invite(i).AsMemory(100), Cancelled);
        await rig.WaitForAsync(1_000);
        agents.ForEach(agent => agent.Dispose());
        await EmbeddedCluster.Eventually(() => rig.Connections.Open == 0, "all connections to end");
    }

    [Fact]
    public async Task Who_may_not_send_is_hung_up_on()
    {
        await using var rig = await GatewayRig.StartAsync(("hep_tcp", "127.0.0.1:0"), ("hep_allow", "10.0.0.1"));
        using var stranger = await GatewayRig.ConnectAsync(rig.Tcp);
        Assert.True(await GatewayRig.IsClosedAsync(stranger));
        Assert.Equal(1, rig.Count("unknown wrong-address"));
    }

    [Fact]
    public async Task Agents_prove_themselves_by_a_certificate_where_authorities_are_set()
    {
        using var certificates = new Certificates();
        await using var rig = await GatewayRig.StartAsync(("hep_tls", "127.0.0.1:0"), ("hep_certificate", certificates.ServerFile),
            ("hep_key", certificates.ServerKey), ("hep_client_ca", certificates.AuthorityFile));
        await using var agent = await rig.HandshakeAsync(certificates, certificates.Client("CN=edge-1"));
        await agent.WriteAsync(Invite(1), Cancelled);
        await rig.WaitForAsync(1);
        using var forged = Certificates.SelfSigned("CN=edge-1");
        await AssertRefusedAsync(rig, certificates, forged);
        await AssertRefusedAsync(rig, certificates, certificate: null);
        using (var plain = await GatewayRig.ConnectAsync(rig.Tls))
        {
            await plain.GetStream().WriteAsync(Invite(3), Cancelled);
            Assert.True(await GatewayRig.IsClosedAsync(plain));
        }
        await EmbeddedCluster.Eventually(() => rig.Metric("dlgs.callers_refused", "hep nothing") == 2, "both to be counted that showed nothing");
        Assert.Equal(1, rig.Metric("dlgs.callers_refused", "hep certificate"));
        Assert.Contains(rig.Log.All, line => line.Message.Contains("it showed no certificate", StringComparison.Ordinal));
        Assert.Equal(1, rig.Queue.Count);
    }

    [Fact]
    public async Task Key_is_enough_at_TLS_where_no_authorities_are_set()
    {
        using var certificates = new Certificates();
        await using var rig = await GatewayRig.StartAsync(("hep_tls", "127.0.0.1:0"), ("tls_certificate", certificates.ServerFile),
            ("tls_key", certificates.ServerKey), ("hep_authenticate_key", "k"));
        await using var agent = await rig.HandshakeAsync(certificates, certificate: null);
        await agent.WriteAsync(Invite(1), Cancelled);
        await agent.WriteAsync(new Mirrored { Key = "k" }.Frame, Cancelled);
        await rig.WaitForAsync(1);
        Assert.Equal(["a"], rig.Queue.Events.Select(each => each.CallId));
    }

    private static async Task AssertRefusedAsync(GatewayRig rig, Certificates certificates, X509Certificate2? certificate)
    {
        // TLS 1.3: the handshake is over at this end before the other has looked at what it was shown.
        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var stream = await rig.HandshakeAsync(certificates, certificate);
            await stream.WriteAsync(Invite(2), Cancelled);
            if (await stream.ReadAsync(new byte[1], Cancelled) == 0) throw new IOException("closed");
        });
        Assert.True(failure is IOException or AuthenticationException, failure?.ToString());
    }

    private static string Name(int i) => i.ToString("d4", CultureInfo.InvariantCulture);

    private static byte[] Invite(int i) => new Mirrored { Text = Mirrored.Invite(Name(i)) }.Frame;
}
