using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Memory;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>What tools find at the port: reflection and health.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public async Task Reflection_tells_the_service_and_its_messages()
    {
        await using var host = await QueryHost.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(host.Channel)
            .ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);
        var services = await AskAsync(call, new ServerReflectionRequest { ListServices = "" });
        Assert.Contains("dlgs.streams.v1.DialogQuery", services.ListServicesResponse.Service.Select(s => s.Name));
        var file = await AskAsync(call, new ServerReflectionRequest { FileContainingSymbol = "dlgs.streams.v1.DialogQuery" });
        Assert.Contains(file.FileDescriptorResponse.FileDescriptorProto,
            f => Google.Protobuf.Reflection.FileDescriptorProto.Parser.ParseFrom(f).MessageType.Any(m => m.Name == "CountRequest"));
        await call.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Health_is_not_serving_until_every_partition_is_active()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync(host));
        foreach (var phase in new[] { PartitionPhase.Restoring, PartitionPhase.Closed })
        {
            host.Registry.Find(1)!.MoveTo(phase);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync(host));
        }
        host.Registry.PartitionCount = 0;
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync(host));
    }

    [Fact]
    public async Task Partition_that_calls_are_not_hashed_over_does_not_count_for_health()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.Activate(2).MoveTo(PartitionPhase.Closed);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync(host));
    }

    [Theory]
    [InlineData(0, 86_400, true)]
    [InlineData(60, 59, true)]
    [InlineData(60, 60, false)]
    public async Task Partition_that_stands_still_serves_for_as_long_as_it_may(int may, int stands, bool serves)
    {
        var time = new FakeTimeProvider();
        await using var host = await QueryHost.StartAsync(partitions: 2, time, settings: ("ready_stall", $"{may}"));
        host.Registry.Find(1)!.StalledSince = time.GetUtcNow() - TimeSpan.FromSeconds(stands);
        Assert.Equal(serves ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing, await StatusAsync(host));
    }

    [Fact]
    public async Task Instance_that_is_short_of_memory_serves()
    {
        await using var host = await QueryHost.StartAsync();
        host.HoldMemory(800 * ScriptedMemory.MiB);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await StatusAsync(host));
    }

    /// <summary>Of the whole process and of the service by its name, which are the same.</summary>
    private static async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(QueryHost host)
    {
        var ofAll = await StatusAsync(host, "");
        Assert.Equal(ofAll, await StatusAsync(host, "dlgs.streams.v1.DialogQuery"));
        return ofAll;
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(QueryHost host, string service) =>
        (await new Health.HealthClient(host.Channel)
            .CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken)).Status;

    private static async Task<ServerReflectionResponse> AskAsync(
        AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call, ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current;
    }
}
