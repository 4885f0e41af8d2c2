using Dlgs.Streams.Tests.Kafka;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>What is counted of transactions that do not go well.</summary>
public sealed class LaneMetricsTests
{
    [Fact]
    public async Task Record_that_comes_again_after_its_transaction_was_not_committed_counts_once()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        var tries = 0;
        service.Script.Fate = to => to.Any(t => t.Topic == service.Topics.DialogChanges) && tries++ == 0 ? CommitFate.RequestLost : CommitFate.Done;
        service.Publish(Kafka.Sip.Invite("call@test"), Kafka.Sip.Invite("call@test"));
        service.PublishBytes("poison"u8.ToArray(), [0xff]);
        await service.LettersAsync(1);
        await EmbeddedCluster.Eventually(() => Of("dlgs.events").Values.Sum() == 3, "the records to be committed");
        Assert.Equal((1, 1, 1), (Of("dlgs.events")["merged"], Of("dlgs.events")["known"], Of("dlgs.events")["unusable"]));
        Assert.Equal((1, 1), (Of("dlgs.changes")["init"], Of("dlgs.dead_letters")["malformed"]));
        Assert.Equal(2, tries);
        Assert.Equal((1, 1), (Of("dlgs.transactions")["undecided"], Of("dlgs.producers_replaced")["undecided"]));
        Assert.InRange(Of("dlgs.transactions")["committed"], 1, int.MaxValue);

        Dictionary<string, double> Of(string metric) => MeterReading.Of(metric, service.Services);
    }

    /// <summary>Those are the causes that have a series before they have happened.</summary>
    [Fact]
    public void Every_cause_for_which_a_partition_is_closed_is_there_from_the_start()
    {
        using var reading = new MeterReading();
        _ = new Streams.Kafka.LaneMetrics(reading.Meter);
        var causes = Repository.Sources.Where(file => file.IsIn("src/Dlgs.Streams/Kafka"))
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(string.Join('\n', file.Code), "\\b(?:Closure|Closed)\\(\\s*\"([a-z-]+)\""))
            .Select(match => match.Groups[1].Value).Distinct().Order();
        Assert.Equal(causes, reading.Of("dlgs.closures").Keys.Order());
    }
}
