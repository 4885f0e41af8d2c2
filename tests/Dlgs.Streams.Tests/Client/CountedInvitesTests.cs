using System.Collections.Concurrent;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A limit of calls holds however many are set up at once.</summary>
public sealed class CountedInvitesTests
{
    private const int Callers = 200;
    private const int Limit = 20;

    private static readonly CountRequest OfAlice = new()
    {
        Filters = { new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Eq, Value = "alice@example.org" } },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_as_the_limit_says_get_through_of_200_at_once()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        using var publisher = new SipEventPublisher(service.Client, service.Topics.SipEvents);
        using var queries = new DialogQueries(service.Addresses.First());
        var refusals = new ConcurrentBag<EventPosition>();
        var admitted = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => SetUpAsync($"call-{i}")))).Count(isAdmitted => isAdmitted);
        Assert.Equal(Limit, admitted);
        var afterAll = new CountRequest(OfAlice) { Demand = new Demand() };
        afterAll.Demand.Positions.AddRange(refusals.GroupBy(position => position.Partition).Select(p => p.MaxBy(position => position.Offset).ToPosition()));
        Assert.Equal([admitted], (await queries.CountAsync(afterAll, cancellation: Cancellation)).Counts);
        Assert.False(await SetUpAsync("one-too-many"));

        async Task<bool> SetUpAsync(string callId)
        {
            var counted = await publisher.PublishAndCountAsync(queries, Kafka.Sip.Invite(callId), OfAlice, cancellation: Cancellation);
            if (counted.Counts[0] <= Limit) return true;
            refusals.Add(await publisher.PublishAsync(Kafka.Sip.Reply(callId, 503), Cancellation));
            return false;
        }
    }

    [Fact]
    public async Task Position_of_an_event_is_behind_it()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        using var publisher = new SipEventPublisher(service.Client, service.Topics.SipEvents);
        var partition = CallIdPartitioner.PartitionOf("call@test"u8, service.Registry.PartitionCount);
        Assert.Equal(new EventPosition(partition, 1), await publisher.PublishAsync(Kafka.Sip.Invite("call@test"), Cancellation));
        Assert.Equal(new EventPosition(partition, 2), await publisher.PublishAsync(Kafka.Sip.Reply("call@test", 180), Cancellation));
        Assert.Equal((2, 0), (publisher.Delivered, publisher.Failed));
    }

    [Fact]
    public async Task Events_that_wait_take_no_more_memory_than_they_may()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        using var publisher = new SipEventPublisher([.. service.Client, new("linger.ms", "60000")], service.Topics.SipEvents) { MaxWaitingBytes = 1000 };
        var sipEvent = Kafka.Sip.Invite("call@test").ToByteArray();
        // The second begins below the limit, and is the last.
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => publisher.TryPublish("call@test"u8, sipEvent)));
        Assert.True(publisher.Flush(TimeSpan.FromSeconds(30)));
        Assert.True(publisher.TryPublish("call@test"u8, sipEvent));
        Assert.Equal((2, 0), (publisher.Delivered, publisher.Failed));
    }

    [Fact]
    public async Task Event_that_is_too_large_is_not_published_and_the_failure_says_so()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        using var publisher = new SipEventPublisher(service.Client, service.Topics.SipEvents);
        var invite = Kafka.Sip.Invite("call@test");
        invite.Data = new string('x', 2_000_000);
        var failure = await Assert.ThrowsAsync<EventNotPublishedException>(() => publisher.PublishAsync(invite, Cancellation));
        Assert.Contains("dlgs.sip-events", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, publisher.Failed);
    }
}
