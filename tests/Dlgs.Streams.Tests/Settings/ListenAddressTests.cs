using System.Net;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Kafka;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>The query service listens where its setting says, and nowhere else.</summary>
public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5090", "127.0.0.1", 5090)]
    [InlineData("http://localhost:5090", "127.0.0.1", 5090)]
    [InlineData("HTTP://LOCALHOST:5090/", "127.0.0.1", 5090)]
    [InlineData("http://loopback:5090", "127.0.0.1", 5090)]
    [InlineData("http://127.1:5090", "127.0.0.1", 5090)]
    [InlineData("http://[::1]:5090", "::1", 5090)]
    [InlineData("http://[::ffff:127.0.0.1]:0", "127.0.0.1", 0)]
    [InlineData("https://0.0.0.0:443", "0.0.0.0", 443)]
    [InlineData("https://[::]", "::", 443)]
    public void Address_is_an_ip_address_and_a_port(string text, string address, int port)
    {
        var parsed = ListenAddress.Parse(text, out _)!;
        Assert.Equal((IPAddress.Parse(address), port), (parsed.Address, parsed.Port));
    }

    [Theory]
    [InlineData("http://user@localhost:5090", "has more than scheme, host and port")]
    [InlineData("http://0.0.0.0@127.0.0.1:5090", "has more than scheme, host and port")]
    [InlineData("http://127.0.0.1:5090/queries", "has more than scheme, host and port")]
    [InlineData("http://127.0.0.1:5090?x", "has more than scheme, host and port")]
    [InlineData("http://127.0.0.1:5090#x", "has more than scheme, host and port")]
    [InlineData("http://kafka-1:5090", "the host has to be an IP address or localhost")]
    [InlineData("http://localhost.example:5090", "the host has to be an IP address or localhost")]
    [InlineData("http://+:5090", "is no http address")]
    [InlineData("http://127.0.0.1:70000", "is no http address")]
    [InlineData("unix:/tmp/x", "is no http address")]
    [InlineData("127.0.0.1:5090", "is no http address")]
    public void Anything_else_is_refused(string text, string failure)
    {
        Assert.Null(ListenAddress.Parse(text, out var why));
        Assert.Contains(failure, why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kestrel_takes_no_endpoint_from_the_configuration()
    {
        await using var service = await EmbeddedCluster.StartAsync(("kestrel:endpoints:x:url", "http://127.0.0.2:0"),
            ("urls", "http://127.0.0.3:0"), ("http_ports", "0"));
        Assert.StartsWith("http://127.0.0.1:", Assert.Single(service.Addresses), StringComparison.Ordinal);
    }
}
