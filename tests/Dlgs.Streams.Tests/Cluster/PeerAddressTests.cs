using System.Net;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>What is told of an address is not dialled wherever it leads.</summary>
public sealed class PeerAddressTests
{
    private const string Tls = "https://0.0.0.0:7000";
    private const string Plain = "http://127.0.0.1:7000";

    [Theory]
    // A pod that listens everywhere is where its hello came from.
    [InlineData(Tls, "https://0.0.0.0:5070", "10.0.0.7", "https://10.0.0.7:5070/")]
    [InlineData(Tls, "https://[::]:5070", "::ffff:10.0.0.7", "https://10.0.0.7:5070/")]
    [InlineData(Tls, "https://[::]:5070", "fd00::2", "https://[fd00::2]:5070/")]
    [InlineData(Tls, "https://10.0.0.8:5070", "10.0.0.7", "https://10.0.0.8:5070/")]
    // Another machine's loopback is not ours; ours is.
    [InlineData(Tls, "https://127.0.0.1:5070", "10.0.0.7", null)]
    [InlineData(Tls, "https://127.0.0.1:5070", "127.0.0.1", "https://127.0.0.1:5070/")]
    // Nobody is spoken to in plain text who is not on this machine, whoever names it.
    [InlineData(Plain, "http://10.0.0.8:80", "127.0.0.1", null)]
    [InlineData(Plain, "http://0.0.0.0:5070", "10.0.0.7", null)]
    [InlineData(Plain, "http://127.0.0.2:5070", "127.0.0.1", "http://127.0.0.2:5070/")]
    // Both speak the same.
    [InlineData(Tls, "http://10.0.0.7:5070", "10.0.0.7", null)]
    [InlineData(Plain, "https://127.0.0.1:5070", "127.0.0.1", null)]
    [InlineData(Tls, "https://peer.example:5070", "10.0.0.7", null)]
    [InlineData(Tls, "https://10.0.0.7:5070/path", "10.0.0.7", null)]
    [InlineData(Tls, "", "10.0.0.7", null)]
    public void Address_that_was_told_is_dialled_or_not(string own, string told, string teller, string? dialled) =>
        Assert.Equal(dialled, PeerAddress.Of(told, IPAddress.Parse(teller), ListenAddress.Parse(own, out _)!)?.ToString());
}
