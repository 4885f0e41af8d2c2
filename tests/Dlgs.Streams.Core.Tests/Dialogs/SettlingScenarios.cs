using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Changes and settling": what is said, when it settles, and when a Call is forgotten.</summary>
public sealed class SettlingScenarios
{
    [Fact]
    public void Answered_call_ends_with_bye_and_settles_once() => DialogScript.Check("""
        0s      INVITE            init
        0.1s    100               progress
        1s      180               -
        5s      200               answered
        5s      200               -
        6s      ACK               confirmed
        66s     BYE #2            terminated bye caller
        66.1s   200/BYE #2        -
        107s    tick              -
        108s    tick              terminated bye caller settled r1
        409s    tick              -
        """);

    [Fact]
    public void What_is_no_call_makes_no_dialog_and_is_forgotten()
    {
        var store = new Core.Stores.DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      OPTIONS           -
            1s      BYE               -
            20s     200               -
            """);
        Assert.Equal(1, store.CallCount);
        DialogScript.Run(store, """
            51.9s   tick              -
            52s     tick              -
            """);
        Assert.Equal(0, store.CallCount);
        Assert.Equal(1, store.ForgottenWithoutDialog);
    }

    [Fact]
    public void Late_fact_that_changes_a_settled_result_makes_the_next_revision() => DialogScript.Check("""
        0s      INVITE             init
        180s    tick               notanswered expired init
        222s    tick               notanswered expired init settled r1
        230s    486 at=170s        notanswered rejected 486
        271.9s  tick               -
        272s    tick               notanswered rejected 486 settled r2
        """);

    [Fact]
    public void Change_of_a_finished_one_restarts_settling() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        10s     BYE x>a            terminated bye callee
        40s     BYE at=9s          terminated bye caller
        52s     tick               -
        82s     tick               terminated bye caller settled r1
        """);

    [Fact]
    public void Superseded_after_it_settled_is_at_once_the_next_revision() => DialogScript.Check("""
        0s      200 x>a #7         -
        0.1s    ACK x>a #7         -
        32s     tick               @x confirmed adopted
        40s     BYE x>a #8         @x terminated bye caller adopted
        82s     tick               @x terminated bye caller adopted settled r1
        90s     INVITE a> #1       terminated bye callee | @x notanswered superseded adopted settled r2
        """);

    [Fact]
    public void Late_copies_change_nothing_for_five_minutes_and_then_the_call_is_forgotten()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      INVITE             init
            1s      486                notanswered rejected 486
            43s     tick               notanswered rejected 486 settled r1
            342s    INVITE at=0s       -
            342.9s  486 at=1s          -
            """);
        Assert.Equal(1, store.CallCount);
        store.Advance(new LogTime(343_000_000), default);
        Assert.Equal(0, store.CallCount);
        Assert.Empty(store.Changes);
        Assert.Null(Assert.Single(store.Touched).Record);
    }

    [Fact]
    public void Finished_dialog_leaves_answers_after_finish_lifetime()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      INVITE             init
            1s      486                notanswered rejected 486
            10.9s   tick               -
            """);
        Assert.Single(store.Find("call"u8));
        store.Advance(new LogTime(11_000_000), default);
        Assert.Empty(store.Find("call"u8));
        Assert.Single(store.DialogsOf("call"u8));
    }

    [Fact]
    public void Times_and_attributes_alone_are_no_change() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      200 at=4s          -
        6s      TAG +vip           -
        60s     BYE #2             terminated bye caller
        61s     BYE #2 at=59s      -
        61s     see                answer=4s finish=59s tags=vip
        """);

    [Fact]
    public void Call_is_never_forgotten_while_a_dialog_is_ongoing() => DialogScript.Check("""
        0s      INVITE             init
        1s      486                notanswered rejected 486
        2s      INVITE b> via=v    @b init
        3s      200 b>y via=v      @b answered
        43s     tick               notanswered rejected 486 settled r1
        400s    tick               -
        400s    see                of=a | of=b
        """);

    [Fact]
    public void Leaving_is_a_deadline_so_that_a_quiet_partition_gets_there()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      INVITE             init
            1s      486                notanswered rejected 486
            """);
        Assert.Equal(new LogTime(11_000_000), store.EarliestDeadline);
        store.Advance(new LogTime(11_000_000), default);
        Assert.Equal(new LogTime(43_000_000), store.EarliestDeadline);
    }
}
