using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Watch from the input topic to its caller, in one process.</summary>
public sealed class EmbeddedWatchTests
{
    [Theory]
    [InlineData("protobuf")]
    [InlineData("json")]
    public async Task Watch_goes_on_where_a_list_ended(string format)
    {
        await using var service = await EmbeddedCluster.StartAsync(("output_format", format));
        service.Publish(Sip.Message("call@test", "INVITE"), Sip.Message("other@test", "INVITE"));
        await service.ChangesAsync(2);
        using var channel = GrpcChannel.ForAddress(service.Addresses.Single());
        var client = new DialogQuery.DialogQueryClient(channel);
        var (dialogs, position) = await ListAsync(client);
        Assert.Equal(2, dialogs);
        service.Publish(Sip.Message("call@test", "INVITE", 180, "b"), Sip.Message("other@test", "INVITE", 200, "b"));
        await service.ChangesAsync(4);
        Assert.Equal(["call@test 2", "other@test 2"], (await WatchAsync(client, position, 2)).Order());
    }

    [Fact]
    public async Task Watch_from_now_leaves_out_what_was_and_its_first_position_includes_what_comes()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(Sip.Message("call@test", "INVITE"));
        await service.ChangesAsync(1);
        using var channel = GrpcChannel.ForAddress(service.Addresses.Single());
        var client = new DialogQuery.DialogQueryClient(channel);
        using var watch = client.Watch(new WatchRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var position = watch.ResponseStream.Current.Position;
        service.Publish(Sip.Message("call@test", "INVITE", 180, "b"));
        Assert.Equal(["call@test 2"], await TakeAsync(watch.ResponseStream, 1));
        Assert.Equal(["call@test 2"], await WatchAsync(client, position, 1));
    }

    private static async Task<(int Dialogs, ByteString Position)> ListAsync(DialogQuery.DialogQueryClient client)
    {
        var request = new ListRequest();
        var (dialogs, position) = (0, default(ByteString));
        do
        {
            var page = await client.ListAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            (dialogs, position, request.PageToken) = (dialogs + page.Dialogs.Count, position ?? page.Coverage.Position, page.NextPageToken);
        } while (request.PageToken.Length > 0);
        return (dialogs, position);
    }

    private static async Task<List<string>> WatchAsync(DialogQuery.DialogQueryClient client, ByteString position, int count)
    {
        using var watch = client.Watch(new WatchRequest { Position = position }, cancellationToken: TestContext.Current.CancellationToken);
        return await TakeAsync(watch.ResponseStream, count);
    }

    /// <summary>At least so many.</summary>
    private static async Task<List<string>> TakeAsync(IAsyncStreamReader<WatchResponse> responses, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && await responses.MoveNext(TestContext.Current.CancellationToken))
            taken.AddRange(responses.Current.Changes.Select(change => $"{change.CallId} {change.Sequence}"));
        return taken;
    }
}
