using Confluent.Kafka;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What is believed of the brokers' answers, and what becomes of them.</summary>
public sealed class InputWatchTests : IDisposable
{
    private static readonly Error Failed = new(ErrorCode.NotLeaderForPartition);

    private readonly LogLines log = new();
    private readonly ServiceProvider services;
    private readonly InputWatch watch;
    private readonly PartitionView view = new(3) { ProcessedOffset = 5, CommittedOffset = 5, ReadPosition = 5 };

    public InputWatchTests()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("embedded", "true")]).Build();
        var registered = new ServiceCollection().AddSettings(settings).AddLogging(logging => logging.AddProvider(log));
        registered.AddLanes();
        services = registered.BuildServiceProvider();
        watch = services.GetRequiredService<InputWatch>();
        view.MoveTo(PartitionPhase.Active);
        services.GetRequiredService<PartitionRegistry>().Add(view);
    }

    [Fact]
    public void Answer_without_sense_is_none()
    {
        // Good; of an error; without an offset and without an error; beyond the end; without an end.
        TopicPartitionOffsetError[] stable = [Said(0, 5), Said(1, 5, Failed), Said(2, -1001), Said(3, 8), Said(4, 5)];
        TopicPartitionOffsetError[] ends = [Said(0, 7), Said(1, 7), Said(2, 7), Said(3, 7), Said(4, -1001)];
        Assert.Equal([new(0, (5, 7))], InputWatch.Believe(Answers(stable), Answers(ends)));
    }

    [Fact]
    public void Partition_that_reads_on_has_a_lag_and_no_stall()
    {
        for (var at = 0; at < 60; at += 2)
        {
            view.CommittedOffset = view.ProcessedOffset = view.ReadPosition += 100;
            watch.Look(view, 10_000, 10_000, At(at));
            Assert.Equal((10_000 - view.ReadPosition, null), (view.Lag, view.StalledSince));
        }
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void Marks_of_transactions_are_no_lag()
    {
        view.ReadPosition = 9;
        for (var at = 0; at < 60; at += 2) watch.Look(view, 9, 9, At(at));
        Assert.Equal((0, null), (view.Lag, view.StalledSince));
    }

    /// <summary>Aborted and done again, and again.</summary>
    [Fact]
    public void What_is_processed_and_never_committed_is_no_progress()
    {
        for (var at = 0; at < 20; at += 2)
        {
            view.ProcessedOffset = view.ReadPosition = 6 + (at % 8);
            watch.Look(view, 99, 99, At(at));
        }
        Assert.NotNull(view.StalledSince);
        Assert.Contains("[3] stands still at offset 5 since ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    /// <summary>In a catch-up a lane goes through its partitions in turns; what it has read and does not commit waits for no turn.</summary>
    [Theory]
    [InlineData("its turn", 0, 5, 300)]
    [InlineData("another lane gets on", 1, 5, 10)]
    [InlineData("its commits", 0, 6, 10)]
    public void Partition_whose_lane_gets_on_with_others_has_minutes(string waitsFor, int othersLane, long processed, int told)
    {
        var other = new PartitionView(4) { Lane = othersLane };
        view.ProcessedOffset = view.ReadPosition = processed;
        for (var at = 0; at <= told; at += 2)
        {
            Assert.Null(view.StalledSince);
            other.CommittedOffset = other.ProcessedOffset = other.ReadPosition += 100;
            watch.Look(other, 100_000, 100_000, At(at));
            watch.Look(view, 99, 99, At(at));
        }
        Assert.Equal((waitsFor, true, null), (waitsFor, view.StalledSince is not null, other.StalledSince));
        Assert.Contains("[3] stands still at offset 5 since ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_say_the_lag_of_each_partition_that_is_known_and_how_many_stand_still()
    {
        services.GetRequiredService<PartitionRegistry>().Add(new PartitionView(4));
        for (var at = 0; at <= 10; at += 2) watch.Look(view, 5, 9, At(at));
        Assert.Equal(new() { ["3"] = 4 }, MeterReading.Of("dlgs.input_lag", services));
        Assert.Equal(1, MeterReading.Of("dlgs.stalled_partitions", services)[""]);
    }

    public void Dispose()
    {
        services.Dispose();
        log.Dispose();
    }

    private static TopicPartitionOffsetError Said(int partition, long offset, Error? error = null) =>
        new("input", partition, offset, error ?? new Error(ErrorCode.NoError));

    private static Dictionary<TopicPartition, Answer<long>> Answers(TopicPartitionOffsetError[] said) =>
        said.ToDictionary(each => each.TopicPartition, LogEnds.Believe);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
