using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Access;
using Dlgs.Streams.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>Agents that are gone without a word: their places, and how they are noticed.</summary>
public sealed class AgentPlacesTests
{
    private readonly FakeTimeProvider time = new();
    private readonly ConnectionPlaces.Port port = new();
    private readonly ConnectionPlaces.Limits limits = new(2, 2, "hep_connections", TimeSpan.FromMinutes(1));

    [Fact]
    public void Who_has_been_silent_the_longest_makes_room_after_a_minute_though_it_proved_something()
    {
        var (gone, quiet) = (Enter(), Enter());
        gone.Prove();
        time.Advance(TimeSpan.FromSeconds(1));
        quiet.Prove();
        time.Advance(TimeSpan.FromSeconds(58));
        Assert.Equal((false, null), port.Enter(New(), limits));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((true, gone), port.Enter(New(), limits));
    }

    [Fact]
    public void Who_proved_nothing_goes_before_who_is_silent()
    {
        var (silent, stranger) = (Enter(), Enter());
        silent.Prove();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((true, stranger), port.Enter(New(), limits));
    }

    [Fact]
    public void Callers_of_other_ports_do_not_make_room_by_silence()
    {
        Enter().Prove();
        Enter().Prove();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((false, null), port.Enter(New(), limits with { Silence = null }));
    }

    [Fact]
    public void System_is_told_to_ask_whether_an_agent_is_still_there()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Keepalive.Ask(socket);
        Assert.NotEqual(0, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        Assert.Equal(60, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
    }

    private ConnectionPlace Enter()
    {
        var place = New();
        Assert.Equal((true, null), port.Enter(place, limits));
        return place;
    }

    private ConnectionPlace New() => new(port, Identity.Of(IPAddress.Loopback), new DefaultConnectionContext(), time);
}
