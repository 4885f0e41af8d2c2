namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Close": an operator ends a dialog that is stuck, and evidence beats it.</summary>
public sealed class CloseScenarios
{
    [Fact]
    public void Closed_call_says_who_closed_it_and_settles() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        600s    CLOSE by=alice     terminated closed by alice
        600s    see                finish=600s to=x by=alice last=600s
        642s    tick               terminated closed by alice settled r1
        """);

    [Fact]
    public void Unanswered_call_is_closed() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        60s     CLOSE              notanswered closed by ops
        60s     see                finish=60s
        102s    tick               notanswered closed by ops settled r1
        """);

    [Fact]
    public void Earliest_close_counts_and_of_equal_ones_the_smallest_name() => DialogScript.Check("""
        0s      INVITE                 init
        5s      200                    answered
        60s     CLOSE by=bob           terminated closed by bob
        61s     CLOSE by=alice at=60s  -
        61s     see                    by=alice finish=60s
        62s     CLOSE by=zoe at=59s    -
        63s     CLOSE by=abe           -
        63s     see                    by=zoe finish=59s
        """);

    [Fact]
    public void Earlier_bye_beats_a_close_and_a_later_one_does_not() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        60s     CLOSE              terminated closed by ops
        70s     BYE #2             -
        71s     BYE x>a at=59s     terminated bye callee
        """);

    [Fact]
    public void Of_equal_ends_a_bye_or_481_goes_before_a_close() => DialogScript.Check("""
        0s      INVITE                init
        5s      200                   answered
        60s     CLOSE                 terminated closed by ops
        61s     481/UPDATE #2 at=60s  terminated gone
        62s     BYE #3 at=60s         terminated bye caller
        """);

    [Fact]
    public void Later_sign_of_life_beats_a_close() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        600s    CLOSE              terminated closed by ops
        610s    200/UPDATE x>a #2  confirmed
        611s    see                by= finish=-
        """);

    [Fact]
    public void Sign_of_life_at_the_close_does_not_beat_it() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        600s    200/UPDATE #2      -
        600s    CLOSE              terminated closed by ops
        """);

    [Fact]
    public void Leg_answered_after_the_close_goes_on() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>x via=p,u    answered
        5.1s    ACK a>x            confirmed
        6s      CLOSE              terminated closed by ops
        6.1s    200 a>y via=q,u    -
        6.2s    ACK a>y via=k      confirmed
        6.2s    see                to=y legs=x:1:5s-6s,y:1:6.1s-
        """);

    [Fact]
    public void Leg_answered_at_the_close_ends_by_it() => DialogScript.Check("""
        0s      INVITE             init
        6s      CLOSE              notanswered closed by ops
        6s      200                terminated closed by ops
        6.1s    200 at=6.1s        -
        """);

    [Fact]
    public void Answer_after_the_close_of_a_ringing_call_wins() => DialogScript.Check("""
        0s      INVITE             init
        60s     CLOSE              notanswered closed by ops
        61s     200                answered
        """);

    [Fact]
    public void Call_that_rings_or_is_tried_after_the_close_goes_on() => DialogScript.Check("""
        0s      INVITE             init
        60s     CLOSE              notanswered closed by ops
        61s     183                progress
        70s     486                notanswered rejected 486
        """);

    [Fact]
    public void New_attempt_after_the_close_goes_on() => DialogScript.Check("""
        0s      INVITE             init
        60s     CLOSE              notanswered closed by ops
        61s     INVITE #2 via=v    init
        """);

    [Fact]
    public void Call_that_was_over_before_the_close_is_not_closed_and_at_its_instant_is() => DialogScript.Check("""
        0s      INVITE             init
        1s      486                notanswered rejected 486
        2s      CLOSE              -
        3s      CLOSE at=1s        notanswered closed by ops
        """);

    [Fact]
    public void Close_before_an_expiry_stands_when_it_comes() => DialogScript.Check("""
        0s      INVITE             init
        60s     CLOSE              notanswered closed by ops
        61s     486                -
        """);

    [Fact]
    public void Who_lost_the_race_ends_as_ever() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        5.1s    ACK                confirmed
        5.2s    200 a>y via=q,u    -
        20s     CLOSE              terminated closed by ops
        20s     see                legs=x:1:5s-20s,y:1:5.2s!-20s
        """);

    [Fact]
    public void Close_names_a_dialog_by_its_since_cseq() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        9s      BYE #2             terminated bye caller
        10s     INVITE #3 via=v    +2 init
        20s     CLOSE +4           -
        21s     CLOSE +2           +2 notanswered closed by ops
        """);

    [Fact]
    public void Close_names_a_dialog_by_any_name_of_its_since_cseq() => DialogScript.Check("""
        0s      INVITE #100          init
        0.1s    INVITE #101 via=f,u  -
        5s      200 #101 via=f,u     answered
        9s      BYE #102             terminated bye caller
        10s     INVITE #103 via=v    +101 init
        20s     CLOSE +102           +101 notanswered closed by ops
        """);

    [Fact]
    public void Close_of_an_unknown_dialog_waits_for_it() => DialogScript.Check("""
        10s     CLOSE              -
        10s     see                none
        11s     INVITE at=1s       notanswered closed by ops
        """);

    [Fact]
    public void Close_before_the_invite_ends_nothing() => DialogScript.Check("""
        10s     CLOSE              -
        11s     INVITE             init
        """);
}
