using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>Calls that are counted up to themselves: no more than a limit get through, and as many as there is room for.</summary>
public sealed class LimitLaws
{
    private static readonly DialogSelection OfAlice = new(
        [DialogCondition.Of(DialogFilter.Create(DialogField.Src, FilterOperator.Eq, "alice", new FilterLimits(), out _)!)], StateSet.Ongoing);

    [Fact]
    public void Of_calls_that_are_set_up_at_once_over_several_stores_as_many_get_through_as_the_limit_says() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 6], Gen.Int[0, 4], Gen.Int[-5, 5]).Sample((stores, callers, limit, skew) =>
        {
            var cluster = new Cluster(stores, skew);
            for (var round = 0; round < 40; round++)
            {
                var admitted = 0;
                Parallel.For(0, callers, caller =>
                {
                    if (cluster.SetUp($"{round}-{caller}") <= limit) Interlocked.Increment(ref admitted);
                });
                Assert.Equal(Math.Min(callers, limit), admitted);
                for (var caller = 0; caller < callers; caller++) cluster.End($"{round}-{caller}");
            }
        }, iter: 40, threads: 1);

    [Fact]
    public void Calls_that_come_and_go_never_get_through_above_the_limit()
    {
        const int limit = 3;
        var (cluster, through) = (new Cluster(stores: 3, skew: 1), 0);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, caller =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var isThrough = cluster.SetUp($"{caller}-{i}") <= limit;
                if (isThrough) Assert.InRange(Interlocked.Increment(ref through), 1, limit);
                if (isThrough) Interlocked.Decrement(ref through);
                cluster.End($"{caller}-{i}");
            }
        });
    }

    [Fact]
    public void Count_up_to_a_call_is_of_those_that_began_before_it_and_itself()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        foreach (var call in new[] { "first", "second", "third" }) Begin(store, call);
        Assert.Equal([1, 2, 3], new[] { "first", "second", "third" }.Select(call => store.Count(OfAlice, upTo: BegunAt(store, call))));
        // What is left out anyway is not left out twice.
        Assert.Equal(2, store.Count(OfAlice, "third"u8, BegunAt(store, "second")));
        Assert.Equal(1, store.Count(OfAlice, "first"u8, BegunAt(store, "second")));
        // The same Call-ID once more is another call, and the last: its own count is of all, and those before it do not count it.
        Begin(store, "first", fromTag: "b");
        Assert.Equal(4, store.Count(OfAlice, upTo: BegunAt(store, "first")));
        Assert.Equal(2, store.Count(OfAlice, upTo: BegunAt(store, "second")));
        Assert.Equal(2, store.Count(OfAlice, "first"u8, BegunAt(store, "first")));
        // Whichever of the two ends, what stays counts for the others, and the call's own count is of all still.
        Begin(store, "first", answer: 486);
        Assert.Equal((2, 3), (store.Count(OfAlice, upTo: BegunAt(store, "second")), store.Count(OfAlice, upTo: BegunAt(store, "first"))));
        Begin(store, "first", fromTag: "c");
        Begin(store, "first", fromTag: "c", answer: 486);
        Assert.Equal(3, store.Count(new DialogSelection([], StateSet.Ongoing)));
        Assert.Equal(2, store.Count(new DialogSelection([], StateSet.Ongoing), upTo: BegunAt(store, "second")));
        Assert.Null(store.BegunAt("nobody"u8));
    }

    [Fact]
    public void Calls_of_an_aborted_transaction_have_not_begun_and_restored_ones_began_before_all_others()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        Begin(store, "first");
        store.Commit();
        Begin(store, "second");
        var aborted = BegunAt(store, "second");
        store.Rollback();
        Assert.Null(store.BegunAt("second"u8));
        Begin(store, "second");
        Assert.True(BegunAt(store, "second").Micros > aborted.Micros);

        var successor = new DialogStore(0, DialogScript.Lifetimes);
        foreach (var touched in store.Touched) successor.Restore(touched.CallId.Span, touched.Record);
        Assert.Null(successor.BegunAt("second"u8));
        // What the log says of the time may be older than what the former owner was asked up to.
        successor.BeginsAfter(new LogTime(5_000_000));
        Begin(successor, "third");
        Assert.True(BegunAt(successor, "third").Micros > 5_000_000);
        Assert.Equal(2, successor.Count(OfAlice, upTo: BegunAt(successor, "third")));
        Assert.Equal(1, successor.Count(OfAlice, upTo: BegunAt(successor, "third") with { Partition = -1 }));
    }

    [Fact]
    public void Nothing_is_left_out_of_a_count_up_to_a_call_after_which_more_came_than_are_kept()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        for (var i = 0; i < Arrivals.Kept; i++) Begin(store, $"{i}");
        Assert.Equal([2, 3], new[] { "1", "2" }.Select(call => store.Count(OfAlice, upTo: BegunAt(store, call))));
        Assert.Equal(Arrivals.Kept, store.Count(OfAlice, upTo: BegunAt(store, "0")));
    }

    private static LamportTime BegunAt(DialogStore store, string callId) => Assert.NotNull(store.BegunAt(Encoding.UTF8.GetBytes(callId)));

    private static void Begin(DialogStore store, string callId, string fromTag = "a", int answer = 0) => store.Merge(new SipMessage
    {
        CallId = Encoding.UTF8.GetBytes(callId), FromTag = Encoding.UTF8.GetBytes(fromTag), ToTag = answer == 0 ? [] : "x"u8, Method = SipMethod.Invite,
        Status = answer, CSeq = 1, Vias = 1, Branch = "u"u8, Src = "alice"u8, HasSrc = true,
    }, default);

    /// <summary>Each store has one writer at a time, and the log times of any two are the skew apart.</summary>
    private sealed class Cluster
    {
        private readonly DialogStore[] stores;

        public Cluster(int stores, int skew)
        {
            this.stores = [.. Enumerable.Range(0, stores).Select(i => new DialogStore(i, DialogScript.Lifetimes))];
            foreach (var store in this.stores) store.Advance(new LogTime(1_000_000 + store.Partition * skew * 10), default);
        }

        public long SetUp(string call)
        {
            var store = Of(call);
            lock (store) Begin(store, call);
            var begun = BegunAt(store, call);
            return stores.Sum(each => each.Count(OfAlice, upTo: begun));
        }

        public void End(string call)
        {
            var store = Of(call);
            lock (store) Begin(store, call, answer: 486);
        }

        private DialogStore Of(string call) => stores[call.Sum(c => c) % stores.Length];
    }
}
