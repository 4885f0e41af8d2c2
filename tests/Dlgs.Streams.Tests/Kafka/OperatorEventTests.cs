using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What an operator does goes through the input, and is in the next answer.</summary>
public sealed class OperatorEventTests
{
    private static readonly Demand Complete = new() { Complete = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_and_closes_are_in_the_next_answer_also_where_a_proxys_clock_is_4_s_ahead()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        using var queries = new DialogQueries(service.Addresses.First());
        var ahead = TimeProvider.System.GetUtcNow().AddSeconds(4).ToUnixTimeMilliseconds() * 1_000;
        SipEvent[] call = [Sip.Invite("call@test"), Sip.Reply("call@test", 200), Sip.Message("call@test", "ACK", 0, "b")];
        call[0].Tags.Add("vip");
        foreach (var sipEvent in call) sipEvent.TimeUnixUs = ahead++;
        service.Publish(call);
        var up = (await service.ChangesAsync(3))[^1];
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMicroseconds(ahead - 1), up.LastSeen.ToDateTimeOffset());

        await queries.AddTagAsync(new TagRequest { CallId = "call@test", Tag = "trunk-7" }, cancellation: Cancellation);
        Assert.Equal(1, await CountAsync("trunk-7"));
        await queries.RemoveTagAsync(new TagRequest { CallId = "call@test", Tag = "trunk-7" }, cancellation: Cancellation);
        Assert.Equal(0, await CountAsync("trunk-7"));
        await queries.AddTagAsync(new TagRequest { CallId = "call@test", Tag = "trunk-7" }, cancellation: Cancellation);
        Assert.Equal(1, await CountAsync("trunk-7"));
        await queries.RemoveTagAsync(new TagRequest { CallId = "call@test", Tag = "vip" }, cancellation: Cancellation);
        Assert.Equal(0, await CountAsync("vip"));

        var closed = await queries.CloseAsync(new CloseRequest { CallId = "call@test", ClosedBy = "alice@noc" }, cancellation: Cancellation);
        Assert.Equal(DialogState.Confirmed, Assert.Single(closed.Dialogs).State);
        Assert.Equal([0], (await queries.CountAsync(new CountRequest { Demand = Complete }, cancellation: Cancellation)).Counts);
        var change = (await service.ChangesAsync(4))[^1];
        Assert.Equal((DialogState.Terminated, EndReason.Closed, "alice@noc"), (change.State, change.EndReason, change.ClosedBy));
        Assert.Equal(["trunk-7"], change.Tags);

        async Task<long> CountAsync(string tag)
        {
            var request = new CountRequest { Filters = { new DialogFilter { Tag = tag } }, Demand = Complete };
            return (await queries.CountAsync(request, cancellation: Cancellation)).Counts[0];
        }
    }
}
