using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Whether a partition whose store was read may go on, and where: every case is a line.</summary>
public sealed class AdmissionTests
{
    private const int Partition = 3;
    private static readonly TopicIds Ids = new("in", "store", "changes", "calls", "letters");
    private static readonly PinnedTopics Pinned = new()
    {
        SipEvents = "in",
        DialogStore = "store",
        DialogChanges = "changes",
        Calls = "calls",
        DeadLetters = "letters",
    };

    [Theory]
    [InlineData(10, 50, 10, null, 10)]
    [InlineData(10, 50, 50, null, 50)]
    [InlineData(10, 50, 9, "gap", 0)]
    [InlineData(10, 50, 51, "gap", 0)]
    [InlineData(0, 0, 0, null, 0)]
    public void It_goes_on_where_its_record_says_if_the_log_has_that(long begin, long end, long next, string? closure, long at)
    {
        var admission = Admit(new LogEnds(begin, end), Record(next));
        Assert.Equal((closure, at), (admission.Closure?.Cause, admission.NextOffset));
    }

    [Theory]
    [InlineData("3@5", 5, "in", 10, 5)]
    [InlineData("2@5,3@60", 60, "in", 50, 0)]
    [InlineData("3@60", 60, "another", 10, 0)]
    public void A_gap_that_the_operator_accepts_is_gone_over_and_no_other(string accepted, long next, string input, long at, long records)
    {
        var ends = new LogEnds(10, 50);
        var ids = Ids with { Input = input };
        var admission = Admit(ends, Record(next), Rules(accepted) with { Ids = ids, AcceptedIds = ids });
        Assert.Null(admission.Closure);
        Assert.NotNull(admission.Gap);
        Assert.Equal((at, records), (admission.NextOffset, admission.GapRecords));
    }

    [Theory]
    [InlineData("in", 20, false)]
    [InlineData("another", 20, true)]
    [InlineData("another", 10, false)]
    public void What_another_log_has_before_the_place_is_told_of(string input, long next, bool isTold)
    {
        var ids = Ids with { Input = input };
        var admission = Admit(new LogEnds(10, 50), Record(next), Rules() with { Ids = ids, AcceptedIds = ids });
        Assert.Equal((null, next, isTold), (admission.Closure, admission.NextOffset, admission.Gap is not null));
    }

    [Fact]
    public void The_message_about_a_gap_names_the_setting_that_goes_over_it()
    {
        var closure = Admit(new LogEnds(10, 50), Record(7)).Closure!;
        var setting = closure.Opens.Split("accept_gap=")[1];
        Assert.Equal(10, Admit(new LogEnds(10, 50), Record(7), Rules(setting)).NextOffset);
        Assert.Contains("3 records are gone", closure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_that_was_deleted_is_not_begun_anew_unless_the_operator_says_so()
    {
        var closure = Admit(new LogEnds(0, 50), null, Rules(), group: 40).Closure!;
        Assert.Equal("store", closure.Cause);
        var anew = Admit(new LogEnds(0, 50), null, Rules(beginAnew: closure.Opens.Split("begin_anew=")[1]), group: 40);
        Assert.Equal((40L, true), (anew.NextOffset, anew.Gap is not null));
        // Below what the group had committed everything would be said, and billed, a second time;
        // beyond the log is no place to begin at; and a store that is there is not thrown away.
        Assert.Equal("store", Admit(new LogEnds(0, 50), null, Rules(beginAnew: "3@39"), group: 40).Closure?.Cause);
        Assert.Equal("store", Admit(new LogEnds(0, 50), null, Rules(beginAnew: "3@51"), group: 40).Closure?.Cause);
        Assert.Equal(20, Admit(new LogEnds(0, 50), Record(20), Rules(beginAnew: "3@40"), group: 40).NextOffset);
    }

    [Fact]
    public void A_service_without_past_begins_at_the_logs_beginning_and_asks_twice_only_where_something_would_be_read()
    {
        Assert.Equal((0, false), (Admit(new LogEnds(0, 0), null).NextOffset, Admit(new LogEnds(0, 0), null).NeedsProof));
        Assert.Equal((7, true), (Admit(new LogEnds(7, 9), null).NextOffset, Admit(new LogEnds(7, 9), null).NeedsProof));
    }

    [Fact]
    public void Topics_that_were_made_again_close_the_partition_until_they_are_accepted_as_they_were_then()
    {
        var now = Ids with { Input = "another", Calls = "" };
        var closure = Admit(new LogEnds(0, 50), Record(20), Rules() with { Ids = now }).Closure!;
        Assert.Contains("dlgs.sip-events had id in and has another", closure.Why, StringComparison.Ordinal);
        Assert.Contains("dlgs.calls (id calls) was deleted", closure.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("dialog-store", closure.Why, StringComparison.Ordinal);
        // What to do without one that was deleted, a start knows: of the store it has to be begun anew, and accept_topics would be no help.
        Assert.DoesNotContain("accept_topics", closure.Opens, StringComparison.Ordinal);
        Assert.Contains("accept_topics", Admit(new LogEnds(0, 50), Record(20), Rules() with { Ids = Ids with { Input = "another" } }).Closure!.Opens,
            StringComparison.Ordinal);
        Assert.Null(Admit(new LogEnds(0, 50), Record(20), Rules() with { Ids = now, AcceptedIds = now }).Closure);
        Assert.Equal("topics", Admit(new LogEnds(0, 50), Record(20), Rules() with { Ids = now, AcceptedIds = Ids }).Closure?.Cause);
    }

    [Fact]
    public void Ids_that_are_not_known_say_nothing()
    {
        Assert.Null(Admit(new LogEnds(0, 50), Record(20), Rules() with { Ids = null }).Closure);
        var old = Record(20);
        old.Topics = null;
        Assert.Null(Admit(new LogEnds(0, 50), old).Closure);
    }

    [Fact]
    public void A_store_of_another_partition_count_is_not_gone_on_with() =>
        Assert.Equal("partitions", Admit(new LogEnds(0, 50), Record(20), Rules() with { PartitionCount = 8 }).Closure?.Cause);

    private static Admission Admit(LogEnds input, PartitionRecord? resume, AdmissionRules? rules = null, long? group = null) =>
        Admission.Of(Partition, new PartitionFacts(group, input, new LogEnds(0, resume is null ? 0 : 9)), resume, rules ?? Rules());

    private static AdmissionRules Rules(string? acceptGap = null, string? beginAnew = null) =>
        new(new Topics("dlgs."), Ids, null, 4, Decision.Parse(acceptGap), Decision.Parse(beginAnew));

    private static PartitionRecord Record(long next) => new() { NextOffset = next, PartitionCount = 4, Topics = Pinned };
}
