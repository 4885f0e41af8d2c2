using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Full": a Call that somebody stuffed still ends when its own parties hang up, and says that something is missing.</summary>
public sealed class FullScenarios
{
    [Fact]
    public void Call_with_64_dialogs_takes_only_their_ends_and_settles()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      INVITE             init
            5s      200                answered
            """);
        // Each smaller From-tag pushes out the greatest of 16, whose dialog is superseded, and stays among those that were reported.
        for (var i = 63; i > 0; i--)
            Assert.Equal(MergeOutcome.Merged, new Message { From = $"b{i:00}", Time = 6_000, Vias = [$"v{i}"] }.MergeInto(store, default));
        store.Commit();
        Assert.False(new Message { From = "a0", Time = 7_000 }.MergeInto(store, default) != MergeOutcome.Full, "The 65th dialog is refused.");
        Assert.All(store.DialogsOf("call"u8), dialog => Assert.True(dialog.Overflow));
        store.Commit();
        DialogScript.Run(store, """
            8s      ACK                full
            8s      180                full
            8s      200 a>y            full
            8s      TAG +vip           full
            9s      INVITE             -
            10s     200/UPDATE #2      -
            11s     CLOSE zz           full
            12s     BYE #3             terminated bye caller
            54s     tick               terminated bye caller settled r1
            """);
        store.Advance(new LogTime(2_000_000_000), default);
        Assert.Equal(0, store.CallCount);
    }

    [Fact]
    public void Full_call_takes_closes_of_its_dialogs_and_refreshes_them() => DialogScript.Check("""
        0s      INVITE               init
        5s      200 se=90            answered
        6s      200 b>y              -
        7s      INVITE #7 via=v      +2 init
        8s      INVITE x> #1 via=w   full
        60s     200/UPDATE #2 se=90  -
        127s    tick                 -
        150s    200 #3 se=90 via=r   -
        170s    CLOSE +2 by=ops      +2 notanswered closed by ops
        201s    481/UPDATE #4        terminated gone
        202s    BYE b>y              -
        203s    BYE b>z              full
        """, new Bounds { Reports = 2 });

    [Fact]
    public void Dialog_beyond_the_bound_that_comes_with_another_is_not_reported() => DialogScript.Check("""
        0s      200                -
        0s      200 b>y            -
        1s      ACK                -
        1s      ACK b>y            -
        32s     tick               confirmed adopted
        32s     see                of=a overflow=yes
        """, new Bounds { Reports = 1 });

    [Fact]
    public void Record_near_its_limit_takes_only_ends_and_never_passes_it()
    {
        var bounds = new Bounds { RecordBytes = 24 * 1024 };
        var store = new DialogStore(0, DialogScript.Lifetimes, bounds);
        DialogScript.Run(store, """
            0s      INVITE             init
            5s      200                answered
            """);
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var branch = $"{i:000}" + new string('b', 253);
            if (new Message { From = $"f{i / 50}", CSeq = 7, Vias = [branch], Time = 6_000 }.MergeInto(store, default) == MergeOutcome.Full) refused++;
        }
        Assert.InRange(refused, 100, 190);
        for (var i = 0; i < 256; i++) new Message { From = "f9", CSeq = 7 + (uint)(i / 64), Vias = [$"{i}"], Time = 6_000 }.MergeInto(store, default);
        for (var i = 2u; i < 18; i++) new Message { Method = SipMethod.Ack, To = "x", CSeq = i, Time = 6_000 }.MergeInto(store, default);
        var size = store.Touched.Max(touched => touched.Record!.Length);
        Assert.InRange(size, bounds.RecordBytes / 2, bounds.RecordBytes - bounds.FreeBytes + 100);
        store.Commit();
        DialogScript.Run(store, """
            10s     ACK                full
            60s     BYE #2             terminated bye caller
            102s    tick               terminated bye caller settled r1
            """);
        Assert.True(store.DialogsOf("call"u8)[0].Overflow);
    }

    /// <summary>16 legs, all acknowledged and refreshed, in a record that is stuffed: each BYE, and the operator's close, finds room.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Full_call_of_many_legs_takes_every_end_after_every_refresh(bool closed)
    {
        var bounds = new Bounds { RecordBytes = 24 * 1024 };
        var store = new DialogStore(0, DialogScript.Lifetimes, bounds);
        Stuff(store);
        foreach (var leg in Legs)
        {
            var update = leg with { Method = SipMethod.Update, Status = 200, CSeq = int.MaxValue, SessionExpires = 86_400, Time = 20_000 };
            Assert.Equal(MergeOutcome.Merged, update.MergeInto(store, default));
        }
        Assert.Equal(DialogState.Confirmed, store.DialogsOf("call"u8)[0].State);
        if (closed) Assert.Equal(MergeOutcome.Merged, new Message { ClosedBy = new string('o', 100), Time = 30_000 }.MergeInto(store, default));
        else foreach (var leg in Legs)
            Assert.Equal(MergeOutcome.Merged, (leg with { Method = SipMethod.Bye, CSeq = 2, Time = 30_000 }).MergeInto(store, default));
        Assert.Equal(closed ? EndReason.Closed : EndReason.Bye, store.DialogsOf("call"u8)[0].EndReason);
        Assert.All(store.Touched, touched => Assert.InRange(touched.Record!.Length, 1, bounds.RecordBytes));
    }

    [Fact]
    public void Call_that_was_larger_before_the_limit_was_lowered_still_ends()
    {
        var (large, small) = (new DialogStore(0, DialogScript.Lifetimes, new Bounds { RecordBytes = 32 * 1024 }),
            new DialogStore(0, DialogScript.Lifetimes, new Bounds { RecordBytes = 12 * 1024 }));
        Stuff(large);
        foreach (var touched in large.Touched) small.Restore(touched.CallId.Span, touched.Record);
        foreach (var leg in Legs) (leg with { Method = SipMethod.Bye, CSeq = 2, Time = 30_000 }).MergeInto(small, default);
        Assert.Equal(DialogState.Terminated, small.DialogsOf("call"u8)[0].State);
    }

    /// <summary>Smaller From-tags, pairs and answers push out all that the call was derived from; what was billed stays billed.</summary>
    [Fact]
    public void Settled_call_is_not_taken_back_by_rubbish_that_hits_the_bounds()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes, TinyBounds.Of(1));
        DialogScript.Run(store, """
            0s      INVITE m>           @m init
            5s      200 m>x             @m answered
            6s      ACK m>x             @m confirmed
            60s     BYE m>x #2          @m terminated bye caller
            102s    tick                @m terminated bye caller settled r1
            110s    INVITE b> via=v     @b init
            111s    486 b>x via=v       @b notanswered rejected 486
            """);
        Assert.Contains(store.DialogsOf("call"u8), dialog => dialog.Id.FromTag == "b");
    }

    private static IEnumerable<Message> Legs => Enumerable.Range(0, 16).Select(i => new Message { From = "a", To = $"x{i:00}", Vias = ["u"] });

    private static void Stuff(DialogStore store)
    {
        new Message().MergeInto(store, default);
        foreach (var leg in Legs)
        {
            (leg with { Status = 200, Time = 5_000 }).MergeInto(store, default);
            (leg with { Method = SipMethod.Ack, Vias = ["k"], Time = 6_000 }).MergeInto(store, default);
        }
        for (var i = 0; i < 200; i++)
            new Message { From = $"f{i / 50}", CSeq = 7, Vias = [$"{i:000}" + new string('b', 253)], Time = 6_000 }.MergeInto(store, default);
    }
}
