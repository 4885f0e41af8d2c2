using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A name stands for all instances whose addresses it has, as they come and go.</summary>
public sealed class NamedInstancesTests
{
    private static readonly IPAddress SecondLoopback = IPAddress.Parse("127.0.0.2");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DialogQueries Of(string address, Func<IPAddress[]> resolve, string? ca = null) => new(
        new ServiceOptions { Address = address, CaFile = ca, Deadline = TimeSpan.FromSeconds(60) }, (_, _) => Task.Run(resolve));

    [Fact]
    public async Task Each_address_of_a_name_is_asked_and_one_that_went_is_asked_no_more()
    {
        await using var first = await ScriptedInstance.StartAsync();
        await using var second = await ScriptedInstance.StartAsync(new IPEndPoint(SecondLoopback, first.Port));
        var addresses = new[] { IPAddress.Loopback, SecondLoopback };
        using var queries = Of($"dns:dlgs.test:{first.Port}", () => addresses);
        while (first.Asked.Count * second.Asked.Count == 0) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        addresses = [SecondLoopback];
        var row = 0;
        while (row < 20)
        {
            var before = first.Asked.Count;
            await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
            row = first.Asked.Count == before ? row + 1 : 0;
        }
    }

    [Fact]
    public async Task Name_that_has_no_address_for_once_changes_nothing()
    {
        await using var instance = await ScriptedInstance.StartAsync();
        var lookups = 0;
        using var queries = Of($"dns:dlgs.test:{instance.Port}",
            () => Interlocked.Increment(ref lookups) == 1 ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.TryAgain));
        while (lookups < 3) await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
    }

    [Fact]
    public async Task Name_that_nobody_knows_is_told()
    {
        using var queries = Of("dns:dlgs.test:5090", () => throw new SocketException((int)SocketError.HostNotFound));
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal((UnreachableCause.UnknownHost, "The name dlgs.test has no address, or nobody knows it."), (failure.Why, failure.Message));
    }

    [Fact]
    public async Task With_TLS_the_certificate_is_that_of_the_name()
    {
        using var certificate = new ServerCertificate("dlgs.test");
        await using var host = await QueryHost.StartAsync(certificate: certificate);
        var port = new Uri(host.Address).Port;
        using var queries = Of($"dns:https://dlgs.test:{port}", () => [IPAddress.Loopback], certificate.PemFile);
        Assert.Equal([0], (await queries.CountAsync(new CountRequest(), cancellation: Cancellation)).Counts);
        using var others = Of($"dns:https://other.test:{port}", () => [IPAddress.Loopback], certificate.PemFile);
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => others.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal(UnreachableCause.OthersCertificate, failure.Why);
        Assert.EndsWith("is not for other.test, but for dlgs.test.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5090,")]
    [InlineData("http://127.0.0.1:5090;http://127.0.0.1:5091")]
    [InlineData("http://127.0.0.1:5090,dns:dlgs.test:5090")]
    [InlineData("dns:")]
    [InlineData("dns:ftp://dlgs.test:5090")]
    [InlineData("dns:127.0.0.1:5090")]
    public void List_that_is_none_is_a_bad_argument(string address)
    {
        Assert.False(ServiceAddress.IsList(address));
        Assert.Throws<ArgumentException>(() => new DialogQueries(address));
    }

    [Fact]
    public void One_instance_is_operated_at_a_time() =>
        Assert.Contains("several", Assert.Throws<ArgumentException>(() => new OperatedInstance(new ServiceOptions { Address = "dns:dlgs.test:5090" })).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Command_asks_one_of_several_instances_that_is_there_and_tells_only_one_to_leave()
    {
        await using var host = await QueryHost.StartAsync();
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var addresses = $"http://{nobody.LocalEndpoint},{host.Address}";
        nobody.Stop();
        var count = await DlgsCommand.RunAsync("count", "--server", addresses);
        Assert.Equal((0, "0"), (count.Code, Assert.Single(count.Output)));
        var leave = await DlgsCommand.RunAsync("leave", "--server", addresses);
        Assert.Equal(2, leave.Code);
        Assert.Contains("are several instances", Assert.Single(leave.Errors), StringComparison.Ordinal);
    }
}
