using Dlgs.Streams.Memory;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Kafka;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Memory;

/// <summary>When memory is short, and what is told of it.</summary>
public sealed class MemoryLimitTests : IDisposable
{
    private const long MiB = ScriptedMemory.MiB;

    private readonly ScriptedMemory process = new();
    private readonly FakeTimeProvider time = new();
    private readonly MeterReading reading = new();

    public void Dispose() => reading.Dispose();

    [Theory]
    [InlineData(0, 768)]
    [InlineData(512, 512)]
    [InlineData(4096, 1024)]
    public void Limit_is_three_quarters_of_what_there_is_or_the_setting_and_never_more_than_there_is(long set, long limit) =>
        Assert.Equal(limit * MiB, Limit(set * MiB).Limit);

    [Fact]
    public void Memory_is_short_above_the_limit_and_until_it_is_five_percent_below()
    {
        var memory = Limit(1000 * MiB);
        Assert.Equal([false, false, true, true, true, false, false],
            new[] { 500, 1000, 1001, 999, 951, 950, 1000 }.Select(held =>
            {
                process.Used = held * MiB;
                memory.Look();
                return memory.IsShort;
            }));
    }

    [Fact]
    public void Metrics_show_what_is_held_what_may_be_and_whether_it_is_short()
    {
        var memory = Limit(0);
        (process.Used, process.Free) = (800 * MiB, 50 * MiB);
        memory.Look();
        Assert.Equal([850.0 * MiB, 800.0 * MiB, 768.0 * MiB, 1024.0 * MiB, 1.0],
            new[] { "dlgs.memory_resident", "dlgs.memory_used", "dlgs.memory_limit", "dlgs.memory_available", "dlgs.memory_short" }
                .Select(name => reading.Of(name)[""]));
    }

    [Fact]
    public void Entering_and_leaving_are_a_line_each_and_between_there_is_one_a_minute_each_time_with_a_collection()
    {
        using var log = new LogLines();
        var watch = new MemoryWatch(Limit(0), process, time, new LoggerFactory([log]).CreateLogger<MemoryWatch>());
        Look(seconds: 5, held: 700);
        Assert.Empty(log.With("Memory"));
        Look(seconds: 130, held: 800);
        Look(seconds: 5, held: 700);
        Assert.Equal(["Memory is short", "Memory is still short", "Memory is still short", "Memory is no longer short"],
            log.With("Memory").Select(line => line[line.IndexOf("Memory", StringComparison.Ordinal)..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Contains("instance a holds 800MiB, and its memory_limit is 768MiB", log.With("Memory is short")[0], StringComparison.Ordinal);
        Assert.Equal(3, process.Collections);
        Look(seconds: 1, held: 800);
        Look(seconds: 1, held: 700);
        Look(seconds: 1, held: 800);
        Assert.Equal(4, process.Collections);

        void Look(int seconds, int held)
        {
            process.Used = held * MiB;
            for (var second = 0; second < seconds; second++)
            {
                watch.Look();
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>All threads stand still for it: so only for what is much, and for a twentieth of the time.</summary>
    [Fact]
    public void What_the_heap_has_free_above_the_limit_is_given_back_if_it_is_much_and_after_a_rest()
    {
        using var log = new LogLines();
        var watch = new MemoryWatch(Limit(0), process, time, new LoggerFactory([log]).CreateLogger<MemoryWatch>());
        process.WhileCompacting = () => time.Advance(TimeSpan.FromSeconds(2));
        (int Used, int Free, int Seconds, int Compactions)[] steps =
            [(700, 60, 1, 0), (740, 70, 1, 0), (700, 100, 1, 1), (700, 100, 39, 1), (700, 100, 1, 2), (700, 60, 100, 2)];
        foreach (var step in steps)
        {
            (process.Used, process.Free) = (step.Used * MiB, step.Free * MiB);
            time.Advance(TimeSpan.FromSeconds(step.Seconds));
            watch.Look();
            Assert.Equal(step.Compactions, process.Compactions);
        }
        Assert.Contains("800MiB were taken, 700MiB are. Everything stood still for 2000 ms", log.With("Gave memory back")[0], StringComparison.Ordinal);
        Assert.Empty(log.With("short"));
    }

    /// <summary>A look at the test's own process: it has memory, and holds some of it.</summary>
    [Fact]
    public void Process_holds_less_than_there_is()
    {
        var real = new ProcessMemory();
        Assert.InRange(real.Resident - real.Free, 1, real.Available);
    }

    private MemoryLimit Limit(long set) =>
        new(Options.Create(new MemoryOptions { Limit = set }), Options.Create(new ClusterOptions { Instance = "a" }), process, reading.Meter, time);
}
