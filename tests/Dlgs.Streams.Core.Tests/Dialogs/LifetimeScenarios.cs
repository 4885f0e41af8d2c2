using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Lifetimes": deadlines, each at its own time, and the signs that move them.</summary>
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
    public void Cancelled_call_whose_final_reply_never_comes_ends_hold_time_after_the_cancel() => DialogScript.Check("""
        0s      INVITE            init
        8s      CANCEL            -
        39.9s   tick              -
        40s     tick              notanswered cancelled
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
    public void Answer_wins_over_an_expiry() => DialogScript.Check("""
        0s      INVITE             init
        180s    tick               notanswered expired init
        181s    200                answered
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
        Assert.Equal("b180 c180 d180.5 a181 b222 c222 d222.5 a223", string.Join(' ',
            store.Changes.Select(c => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{c.Dialog.Id.CallId}{c.LogTime.Micros / 1e6}"))));
    }

    [Fact]
    public void Cancelled_attempt_ends_hold_time_after_its_last_cancel() => DialogScript.Check("""
        0s      INVITE             init
        8s      CANCEL             -
        9s      CANCEL             -
        40.9s   tick               -
        41s     tick               notanswered cancelled
        """);

    [Fact]
    public void Ack_that_may_prove_an_answer_keeps_the_attempt() => DialogScript.Check("""
        0s      INVITE             init
        170s    ACK via=k          -
        180s    tick               -
        202s    tick               confirmed
        202s    see                answer=170s
        """);

    [Fact]
    public void Ack_that_may_prove_an_answer_keeps_a_cancelled_attempt() => DialogScript.Check("""
        0s      INVITE             init
        8s      CANCEL             -
        20s     ACK via=k          -
        40s     tick               -
        52s     tick               confirmed
        """);

    [Fact]
    public void Refresh_of_the_early_dialog_is_no_sign_of_life() => DialogScript.Check("""
        0s      INVITE               init
        1s      183                  progress
        1.4s    200/UPDATE #3 via=r  -
        2s      180                  -
        5s      200 se=1800          answered
        5.1s    ACK via=k            confirmed
        1836s   tick                 -
        1837s   tick                 terminated expired session
        1837s   see                  answer=5s finish=1837s last=5.1s
        """);

    [Fact]
    public void Refresh_at_the_instant_of_the_answer_is_none() => DialogScript.Check("""
        0s      INVITE                init
        5s      200 se=90             answered
        5s      200/UPDATE #9 se=300  -
        126.9s  tick                  -
        127s    tick                  terminated expired session
        """);

    [Fact]
    public void Refresh_prolongs_a_long_call() => DialogScript.Check("""
        0s        INVITE               init
        5s        200                  answered
        5.1s      ACK via=k            confirmed
        1800s     INVITE a>x #2 via=r  -
        1800.1s   200 #2 via=r         -
        1800.2s   ACK #2 via=l         -
        10700s    INVITE a>x #3 via=s  -
        10700.1s  200 #3 via=s         -
        10700.2s  ACK #3 via=m         -
        12600s    INVITE a>x #4 via=t  -
        12600.1s  200 #4 via=t         -
        12600.2s  ACK #4 via=n         -
        14400s    BYE #5 via=z         terminated bye caller
        14400s    see                  answer=5s finish=14400s attempts=1
        """);

    [Fact]
    public void Active_lifetime_runs_from_the_last_refresh() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        10000s  200/UPDATE x>a #9  -
        10805s  tick               -
        20799s  tick               -
        20800s  tick               terminated expired active
        20800s  see                finish=20800s last=10000s
        """);

    [Fact]
    public void Of_both_directions_the_latest_refresh_counts() => DialogScript.Check("""
        0s      INVITE                    init
        5s      200 se=90                 answered
        50s     200/UPDATE #9 se=90       -
        60s     200/UPDATE x>a #2 se=300  -
        172s    tick                      -
        391s    tick                      -
        392s    tick                      terminated expired session
        """);

    [Fact]
    public void Of_equal_refreshes_the_greater_session_expires_counts() => DialogScript.Check("""
        0s      INVITE                   init
        5s      200 se=90                answered
        60s     200/UPDATE #9 se=300     -
        60s     200/UPDATE x>a #2 se=90  -
        391s    tick                     -
        392s    tick                     terminated expired session
        """);

    [Fact]
    public void Session_expires_counts_up_to_its_limit() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 se=4000000000  answered
        6s      ACK                confirmed
        86436s  tick               -
        86437s  tick               terminated expired session
        86437s  see                finish=86437s
        """);

    [Fact]
    public void Fact_that_moves_a_deadline_brings_the_call_back() => DialogScript.Check("""
        0s      INVITE                       init
        5s      200 se=90                    answered
        127s    tick                         terminated expired session
        128s    200/UPDATE #2 se=90 at=100s  answered
        249s    tick                         -
        250s    tick                         terminated expired session
        """);
}
