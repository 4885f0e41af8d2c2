using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Lifetimes" and "Changes and settling": deadlines, each at its own time; settling, revisions, lateness, forgetting.</summary>
public sealed class LifetimeScenarios
{
    [Fact]
    public void Unanswered_call_expires_init_lifetime_after_its_last_sign() => DialogScript.Check("""
        0s      INVITE             init
        1s      100                progress
        100s    183                -
        200s    tick               -
        279.9s  tick               -
        280s    tick               notanswered expired init
        """);

    [Fact]
    public void Hundred_restarts_nothing() => DialogScript.Check("""
        0s      INVITE             init
        100s    100                progress
        180s    tick               notanswered expired init
        """);

    [Fact]
    public void Answered_call_expires_active_lifetime_after_its_answer() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        10804s  tick               -
        10805s  tick               terminated expired active
        """);

    [Fact]
    public void Bye_beats_the_expiry_that_it_comes_after() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        10805s  tick               terminated expired active
        10840s  BYE at=100s        terminated bye caller
        """);

    [Fact]
    public void Session_timer_ends_a_call_that_nobody_refreshed() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 se=90          answered
        6s      ACK                confirmed
        60s     200/UPDATE x>a se=90   -
        181.9s  tick               -
        182s    tick               terminated expired session
        """);

    [Fact]
    public void Refresh_without_session_expires_switches_the_timer_off() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 se=90          answered
        6s      ACK                confirmed
        60s     200/UPDATE #2      -
        1000s   tick               -
        """);

    [Fact]
    public void Answer_wins_over_an_expiry() => DialogScript.Check("""
        0s      INVITE             init
        180s    tick               notanswered expired init
        181s    200                answered
        """);

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
    public void Finish_time_of_an_expiry_is_sip_time_and_its_deadline_log_time()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            100s    INVITE at=40s      init
            279.9s  tick               -
            280s    tick               notanswered expired init
            """);
        Assert.Equal(new SipTime(220_000_000), Assert.Single(store.Find("call"u8)).FinishTime);
    }

    [Fact]
    public void Deadlines_of_several_calls_fire_by_time_and_then_by_call_id()
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        foreach (var (callId, at) in new[] { ("c", 0L), ("b", 0L), ("d", 500L), ("a", 1000L) })
        {
            store.Advance(new LogTime(at * 1000), default);
            new Message { CallId = callId, Time = at }.MergeInto(store, default);
        }
        store.Commit();
        store.Advance(new LogTime(500_000_000), default);
        Assert.Equal("b180 c180 d180.5 a181 b222 c222 d222.5 a223", string.Join(' ', store.Changes.Select(c => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{c.Dialog.Id.CallId}{c.LogTime.Micros / 1e6}"))));
    }
}
