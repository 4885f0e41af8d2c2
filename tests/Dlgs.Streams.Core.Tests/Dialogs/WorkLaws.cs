using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Bounds": what the worst input costs, in rows that are walked over and in bytes of a record. Counted, not timed.</summary>
public sealed class WorkLaws
{
    /// <summary>A message walks over the rows of its Call so many times at the most: looking texts up, merging, deriving, reporting.</summary>
    private const int WalksPerRow = 32;

    private const int Messages = 4_000;

    public static TheoryData<string, int> KindsAndTexts
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var kind in Adversary.Kinds)
            {
                data.Add(kind, 6);
                data.Add(kind, 120);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndTexts))]
    public void A_message_walks_over_its_call_a_few_times_whatever_it_holds(string kind, int textBytes)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        var adversary = new Adversary(kind, Bounds.Default, textBytes);
        for (var i = 0; i < Messages; i++)
        {
            store.Advance(new LogTime(i * 1_000L), default);
            var before = store.Walked;
            adversary.Next(store, "call");
            var walked = store.Walked - before;
            store.Commit();
            Assert.True(walked <= WalksPerRow * (store.LastSize + 16L), $"Message {i} walked over {walked} rows; its Call has {store.LastSize}.");
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndTexts))]
    public void No_record_exceeds_limit_record_and_a_full_call_still_ends_and_is_forgotten(string kind, int textBytes)
    {
        var bounds = new Bounds { RecordBytes = 32 * 1024 };
        var store = new DialogStore(0, DialogScript.Lifetimes, bounds);
        var adversary = new Adversary(kind, bounds, textBytes);
        for (var i = 0; i < Messages; i++)
        {
            // Now and then the deadlines of the hold time pass.
            store.Advance(new LogTime(i * 10_000L), default);
            adversary.Next(store, "call");
            Check();
        }
        while (store.EarliestDeadline != LogTime.Never)
        {
            store.Advance(store.EarliestDeadline, default);
            Check();
        }
        Assert.Equal(0, store.CallCount);

        void Check()
        {
            foreach (var touched in store.Touched) Assert.InRange(touched.Record?.Length ?? 0, 0, bounds.RecordBytes);
            store.Commit();
        }
    }
}
