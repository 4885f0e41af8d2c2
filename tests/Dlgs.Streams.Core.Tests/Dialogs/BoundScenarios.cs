using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Bounds": each kind of fact keeps its own smallest keys (of CSeqs the highest), in any order, and says that there was more.</summary>
public sealed class BoundScenarios
{
    private static readonly Message Invite = new();

    [Fact]
    public void Eighteen_challenges_are_one_call_and_its_first_attempts_time_stays()
    {
        var attempts = Enumerable.Range(1, 18).Select(i => Invite with { CSeq = (uint)i, Time = i * 1000, Vias = [$"v{i}"] });
        var dialog = Fold([.. attempts.Reverse()]);
        Assert.Equal((new SipTime(1_000_000), 16, true), (dialog.InitTime, dialog.Attempts, dialog.Overflow));
    }

    [Fact]
    public void Of_more_tags_than_the_bound_the_smallest_stay()
    {
        var tags = Enumerable.Range(0, 30).Select(i => $"t{i:00}").ToArray();
        Assert.Equal(tags[..16], Fold([Invite, .. tags.Reverse().Select((t, i) => Invite with { TagEvent = "+" + t, Time = i })]).Tags);
    }

    [Fact]
    public void Smallest_from_tags_stay() => DialogScript.Check("""
        0s      INVITE b>          @b init
        1s      INVITE via=v       init | @b notanswered superseded
        1s      see                of=a overflow=yes
        2s      INVITE c> via=w    -
        """, new Bounds { FromTags = 1 });

    [Fact]
    public void Highest_cseqs_of_attempts_stay_and_the_first_times() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        2s      INVITE #2 via=v    init
        2s      see                init=0s ring=1s attempts=1 overflow=yes
        3s      486 #1 via=u       -
        4s      486 #2 via=v       notanswered rejected 486
        """, new Bounds { CSeqs = 1 });

    [Fact]
    public void First_ring_is_kept_of_what_came_below_the_bound() => DialogScript.Check("""
        0s      INVITE #2 via=v       init
        1s      180 #1 at=0.5s        -
        1s      see                   ring=0.5s overflow=yes
        2s      200 #2 via=v at=0.4s  answered
        2s      see                   ring=-
        """, new Bounds { CSeqs = 1 });

    [Fact]
    public void Reinvites_push_out_no_attempt() => DialogScript.Check("""
        0s      INVITE               init
        5s      200                  answered
        6s      INVITE a>x #2 via=v  -
        7s      200 #2 via=v         -
        8s      see                  init=0s attempts=1 state=answered overflow=yes
        9s      BYE #3               terminated bye caller
        """, new Bounds { CSeqs = 1 });

    [Fact]
    public void Smallest_branches_stay() => DialogScript.Check("""
        0s      INVITE via=p,z     init
        0s      see                overflow=no
        1s      INVITE via=q,z     -
        1s      see                overflow=yes
        2s      486 via=p,z        notanswered rejected 486
        3s      INVITE via=o,z     init
        """, new Bounds { Branches = 1 });

    [Fact]
    public void Smallest_cancelled_branches_stay_beside_the_others() => DialogScript.Check("""
        0s      INVITE via=p       init
        1s      CANCEL via=q       -
        1s      see                overflow=no
        2s      CANCEL via=p       -
        2s      see                overflow=yes
        3s      486 via=p          notanswered cancelled 486
        """, new Bounds { Branches = 1 });

    [Fact]
    public void Smallest_pairs_that_answered_stay() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>y            answered
        6s      200 a>x            -
        6s      see                legs=x:1:6s!- overflow=yes
        7s      200 a>z            -
        7s      see                legs=x:1:6s!-
        """, new Bounds { AnsweredPairs = 1 });

    [Fact]
    public void Smallest_pairs_that_hung_up_stay() => DialogScript.Check("""
        0s      INVITE             init
        5s      BYE a>y #2         -
        6s      BYE a>x #2         -
        7s      BYE a>z #2         -
        8s      200 a>z            answered
        9s      200 a>x            -
        10s     200 a>y            -
        10s     see                legs=x:1:9s!-9s,y:1:10s!-,z:1:8s!- overflow=yes
        """, new Bounds { LivePairs = 1 });

    [Fact]
    public void Smallest_pairs_with_acks_stay() => DialogScript.Check("""
        0s      INVITE             init
        1s      ACK a>y via=k      -
        2s      ACK a>x via=k      -
        3s      ACK a>z via=k      -
        3s      see                overflow=yes
        5s      200 a>y            answered
        6s      200 a>x            confirmed
        """, new Bounds { AckPairs = 1 });

    [Fact]
    public void Lowest_cseqs_of_a_pairs_acks_stay() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK #2             -
        6s      see                overflow=no
        7s      ACK #1             confirmed
        7s      see                overflow=yes
        8s      ACK #3             -
        """, new Bounds { CSeqs = 1 });

    [Fact]
    public void Smallest_branches_of_acks_stay() => DialogScript.Check("""
        0s      INVITE via=k       init
        1s      ACK a>r via=l      -
        2s      ACK a>r via=k      notanswered rejected
        2s      see                overflow=yes
        3s      ACK a>r via=m      -
        """, new Bounds { AckBranches = 1 });

    [Fact]
    public void Smallest_facts_about_tags_stay() => DialogScript.Check("""
        0s      INVITE             init
        1s      TAG +b             -
        1s      see                tags=b overflow=no
        2s      TAG +a             -
        2s      see                tags=a overflow=yes
        3s      TAG +c             -
        3s      see                tags=a
        """, new Bounds { TagFacts = 1 });

    [Fact]
    public void Smallest_closes_stay() => DialogScript.Check("""
        0s      INVITE             init
        1s      CLOSE b            -
        1s      see                overflow=no
        2s      CLOSE a            notanswered closed by ops
        2s      see                overflow=yes
        3s      CLOSE c            -
        """, new Bounds { Closes = 1 });

    [Fact]
    public void Cut_message_shows_in_its_dialogs()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        var message = new SipMessage { CallId = "call"u8, FromTag = "a"u8, Method = SipMethod.Invite, CSeq = 1, Branch = "u"u8, Vias = Bounds.Vias };
        store.Merge(message, default);
        Assert.False(Assert.Single(store.Find("call"u8)).Overflow);
        message.Overflow = true;
        Assert.Equal(MergeOutcome.Merged, store.Merge(message, default));
        Assert.True(Assert.Single(store.Find("call"u8)).Overflow);
    }

    /// <summary>What can have no effect any more goes late_lifetime after the last news; the answer's earliest ACK and the challenge's branch stay.</summary>
    [Fact]
    public void Long_call_keeps_little()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      INVITE              init
            0.1s    407                 notanswered rejected 407
            0.2s    INVITE #2 via=v     init
            0.2s    INVITE #2 via=p,v   -
            5s      200 #2 via=v        answered
            6s      ACK #2 via=l        confirmed
            7s      ACK #2 via=k at=5s  -
            30s     INVITE a>x #3 via=r  -
            31s     488 #3 via=r        -
            31s     ACK #3 via=r        -
            330.9s  tick                -
            """);
        Assert.True(store.Advance(new LogTime(331_000_000), default));
        store.Commit();
        var call = new Call(Bounds.Default);
        CallCodec.Decode(store.Calls.FindRecord("call"u8)!, call, out _);
        Assert.Equal([1u], call.Branches.Span.ToArray().Select(branch => branch.CSeq));
        Assert.Equal([(2u, "k")], call.Acks.Span.ToArray().Select(ack => (ack.CSeq, Encoding.UTF8.GetString(call.Texts[ack.Branch]))));
        DialogScript.Run(store, """
            400s    BYE #4             terminated bye caller
            400s    see                attempts=2 init=0s answer=5s finish=400s
            """);
    }

    private static Dialog Fold(params Message[] messages)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        foreach (var message in messages) message.MergeInto(store, default);
        return Assert.Single(store.DialogsOf("call"u8));
    }
}
