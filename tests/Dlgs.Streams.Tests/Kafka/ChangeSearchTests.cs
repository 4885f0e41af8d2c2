using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;
using Cause = Dlgs.Streams.Contracts.V1.Cause;
using DialogChange = Dlgs.Streams.Contracts.V1.DialogChange;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>From where on the output is read so that nothing after a position is missed: in logs with gaps, as transactions leave them.</summary>
public sealed class ChangeSearchTests
{
    /// <summary>Offset 3k of the output has the change of input record 10k.</summary>
    private const int Changes = 4_000;

    private static LogEnds Log(long begin = 0) => new(begin, 3 * Changes);

    [Fact]
    public void Wherever_it_is_guessed_all_after_the_position_is_taken_in_order_and_nothing_else()
    {
        foreach (var at in new long[] { 0, 1, 10, 4_995, 5_000, 39_990, 39_995, 50_000 })
            foreach (var guess in new long?[] { null, 0, 1, 200, 1_500, 11_999, long.MaxValue })
            {
                var search = ChangeSearch.Around(new PartitionPosition(0, at, LogTime.Start), Log(), guess);
                Assert.Equal(Enumerable.Range(0, Changes).Select(i => 10L * i).Where(cause => cause >= at), Read(search, Log()));
            }
    }

    [Fact]
    public void What_is_near_the_guess_is_read_and_not_the_whole_log()
    {
        var search = ChangeSearch.Around(new PartitionPosition(0, 30_000, LogTime.Start), Log(), 9_000);
        Assert.Equal(8_936, search.Start);
        Read(search, Log());
        Assert.Equal(8_936, search.Start);
    }

    [Fact]
    public void Deadlines_of_one_record_are_told_apart_by_their_times()
    {
        var search = ChangeSearch.Around(new PartitionPosition(0, 5, new LogTime(200)), new LogEnds(0, 4), 0);
        Assert.Equal(SearchStep.Skip, search.Look(At(4, 300)));
        Assert.Equal(SearchStep.Skip, search.Look(At(5, 100)));
        Assert.Equal(SearchStep.Take, search.Look(At(5, 200)));
        Assert.Equal(SearchStep.Take, search.Look(At(6, 200)));
    }

    [Fact]
    public void Log_that_begins_after_the_position_and_not_at_0_may_have_lost_changes()
    {
        var search = ChangeSearch.Around(new PartitionPosition(0, 5_000, LogTime.Start), Log(begin: 3_000), null);
        Assert.Equal(SearchStep.AtDeleted, Walk(search, Log(begin: 3_000)));
        search.AcceptBegin();
        Assert.Equal(SearchStep.Take, search.Look(At(10_000)));
        Assert.True(ChangeSearch.Around(new PartitionPosition(0, 5_000, LogTime.Start), new LogEnds(3_000, 3_000), null).IsAllDeleted);
        Assert.False(ChangeSearch.Around(new PartitionPosition(0, 0, LogTime.Start), new LogEnds(0, 0), null).IsAllDeleted);
    }

    [Fact]
    public void Stream_that_had_read_up_to_the_logs_beginning_has_lost_nothing()
    {
        var position = new PartitionPosition(0, 5_000, LogTime.Start) { ChangeOffset = 3_000 };
        Assert.Equal(3_000, Read(ChangeSearch.Around(position, Log(begin: 3_000), 3_000), Log(begin: 3_000)).Count);
        Assert.Equal(SearchStep.AtDeleted, Walk(ChangeSearch.Around(position, Log(begin: 3_001), 3_000), Log(begin: 3_001)));
        Assert.False(ChangeSearch.Around(position, new LogEnds(3_000, 3_000), 3_000).IsAllDeleted);
    }

    [Fact]
    public void Log_that_begins_before_the_position_has_lost_nothing()
    {
        var search = ChangeSearch.Around(new PartitionPosition(0, 20_000, LogTime.Start), Log(begin: 3_000), null);
        Assert.Equal(2_000, Read(search, Log(begin: 3_000)).Count);
    }

    private static List<long> Read(ChangeSearch search, LogEnds log)
    {
        var taken = new List<long>();
        for (var offset = First(search.Start); offset < log.End; offset += 3)
        {
            var step = search.Look(At(offset / 3 * 10));
            if (step == SearchStep.GoBack) offset = First(search.Start) - 3;
            if (step == SearchStep.Take) taken.Add(offset / 3 * 10);
            Assert.NotEqual(SearchStep.AtDeleted, step);
        }
        return taken;
    }

    /// <summary>Goes back for as long as it is told to.</summary>
    private static SearchStep Walk(ChangeSearch search, LogEnds log)
    {
        while (true)
        {
            Assert.InRange(search.Start, log.Begin, log.End);
            if (search.Look(At(First(search.Start) / 3 * 10)) is var step && step != SearchStep.GoBack) return step;
        }
    }

    private static long First(long start) => (start + 2) / 3 * 3;

    private static DialogChange At(long cause, long logTime = 0) =>
        new() { Cause = new Cause { Offset = cause }, LogTime = DialogRecords.ToTimestamp(logTime) };
}
