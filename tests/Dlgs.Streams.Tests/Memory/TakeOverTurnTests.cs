using Dlgs.Streams.Kafka;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Memory;

/// <summary>Partitions that come while memory is short are taken over one by one: never all at once, and never not at all.</summary>
public sealed class TakeOverTurnTests : IDisposable
{
    private const long MiB = ScriptedMemory.MiB;

    private readonly ServiceMeter meter = new();
    private readonly FakeTimeProvider time = new();
    private readonly ScriptedMemory process = new();
    private readonly MemoryLimit memory;
    private readonly TakeOverTurn turn;

    public TakeOverTurnTests()
    {
        memory = new MemoryLimit(Options.Create(new MemoryOptions()), Options.Create(new ClusterOptions()), process, meter, time);
        turn = new TakeOverTurn(memory, time);
    }

    public void Dispose() => meter.Dispose();

    [Fact]
    public void All_may_come_where_memory_is_not_short()
    {
        Hold(700);
        Assert.Equal(24, Taken(attempts: 24));
    }

    [Fact]
    public void One_comes_in_ten_seconds_while_it_is_and_all_when_it_is_over()
    {
        Hold(700);
        Assert.Equal(3, Taken(attempts: 3));
        Hold(800);
        int[] taken = [.. Enumerable.Range(0, 31).Select(_ =>
        {
            var now = Taken(attempts: 5);
            time.Advance(TimeSpan.FromSeconds(1));
            return now;
        })];
        Assert.Equal([10, 20, 30], Enumerable.Range(0, 31).Where(second => taken[second] > 0));
        Assert.Equal(3, taken.Sum());
        Hold(700);
        Assert.Equal(5, Taken(attempts: 5));
    }

    private int Taken(int attempts) => Enumerable.Range(0, attempts).Count(_ => turn.TryTake());

    private void Hold(int mebibytes)
    {
        process.Used = mebibytes * MiB;
        memory.Look();
    }
}
