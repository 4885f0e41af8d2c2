using System.Net;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc;
using Dlgs.Streams.Tests.Kafka;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Who may take an instance out of service, and what the operator hears.</summary>
public sealed class LeaveTests
{
    [Fact]
    public async Task Answer_has_the_partitions_that_were_handed_over_and_those_that_were_not()
    {
        await using var host = await QueryHost.StartAsync();
        host.Leaving.Note(0, done: [3, 1], undone: []);
        host.Leaving.Note(1, done: [2], undone: [0], "no answer");
        var answer = await new InstanceControl.InstanceControlClient(host.Channel)
            .LeaveAsync(new LeaveRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new LeaveResponse { HandedOver = { 1, 2, 3 }, NotHandedOver = { 0 }, Reason = "no answer" }, answer);
    }

    [Fact]
    public async Task Instance_answers_when_all_is_handed_over_and_then_ends()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        // What a host that runs does by itself.
        var stop = Task.CompletedTask;
        await using var stopping = service.Stopped.Register(() => stop = service.StopAsync());
        using var channel = GrpcChannel.ForAddress(service.Addresses.Single());
        var answer = await new InstanceControl.InstanceControlClient(channel)
            .LeaveAsync(new LeaveRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new LeaveResponse { HandedOver = { Enumerable.Range(0, service.Registry.PartitionCount) } }, answer);
        Assert.Empty(service.Registry.Views);
        await stop;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Command_ends_with_1_where_something_was_not_handed_over(int undone)
    {
        await using var host = await QueryHost.StartAsync();
        host.Leaving.Note(0, done: [1], undone: [.. Enumerable.Repeat(0, undone)], "no answer");
        Assert.Equal(undone, await LeaveCommand.Create().Parse(["--server", host.Address])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Caller_on_the_same_host_is_heard(string caller) => InstanceControlService.RequireLoopback(IPAddress.Parse(caller));

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("::ffff:10.0.0.7")]
    [InlineData("fe80::1")]
    public void Caller_from_elsewhere_is_refused_and_told_so(string caller)
    {
        var refused = Assert.Throws<RpcException>(() => InstanceControlService.RequireLoopback(IPAddress.Parse(caller))).Status;
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Contains("only a caller on this instance's host may end it", refused.Detail, StringComparison.Ordinal);
    }
}
