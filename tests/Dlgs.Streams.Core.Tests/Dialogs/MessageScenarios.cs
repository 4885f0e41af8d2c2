namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Messages and their facts": what each message says, and what of two stays.</summary>
public sealed class MessageScenarios
{
    [Fact]
    public void Messages_that_come_backwards_make_the_same_call() => DialogScript.Check("""
        0s      200/BYE #2        -
        0.1s    BYE #2            -
        0.2s    ACK               -
        0.3s    200               -
        0.4s    180               -
        0.5s    INVITE            terminated bye caller
        """);

    [Fact]
    public void Hundred_proves_the_invite() => DialogScript.Check("""
        0s      100                progress
        5s      200                answered
        """);

    [Fact]
    public void Tagged_ringing_proves_no_invite() => DialogScript.Check("""
        0s      180                -
        1s      INVITE             progress
        """);

    [Fact]
    public void Ack_on_an_invites_branch_closes_it() => DialogScript.Check("""
        0s      INVITE             init
        5s      ACK via=u          notanswered rejected
        """);

    [Fact]
    public void Ack_on_the_parent_of_a_branch_closes_it_and_the_reply_below_tells_the_status() => DialogScript.Check("""
        0s      INVITE via=p,u     init
        2s      486 via=p,u        notanswered rejected 486
        2.1s    ACK via=u          -
        """);

    [Fact]
    public void Bye_lost_its_reply_seen() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        60s     408/BYE #2         terminated bye caller
        """);

    [Fact]
    public void Challenged_bye_does_not_hang_up() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        60s     407/BYE #2         -
        """);

    [Fact]
    public void Unknown_dialog_in_the_reply_to_a_bye_is_a_bye() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        60s     481/BYE #2         terminated bye caller
        """);

    [Fact]
    public void Answer_has_the_lowest_cseq_of_its_pair() => DialogScript.Check("""
        0s      INVITE             init
        30s     200 #2             answered
        31s     200 at=5s se=90    -
        31s     see                answer=5s legs=x:1:5s!-
        """);

    [Fact]
    public void Of_one_answer_the_earliest_time_and_the_greatest_session_expires_stay() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 at=4s se=90    answered
        6s      200 at=3s          -
        6s      see                answer=3s
        126.9s  tick               -
        127s    tick               terminated expired session
        """);

    [Fact]
    public void Of_equal_closings_the_lowest_status_stays_and_else_the_earliest() => DialogScript.Check("""
        0s      INVITE             init
        2s      486                notanswered rejected 486
        3s      404 at=2s          notanswered rejected 404
        4s      503 at=1s          notanswered rejected 503
        5s      400                -
        """);

    [Fact]
    public void Cancel_with_a_to_tag_says_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        2s      CANCEL a>x         -
        34s     tick               -
        """);

    [Fact]
    public void Update_request_and_what_has_no_part_in_a_call_say_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      481/PRACK #2       -
        5s      200 se=90          answered
        6s      ACK                confirmed
        60s     UPDATE #2 se=90    -
        61s     200/INFO #3 se=90  -
        126.9s  tick               -
        127s    tick               terminated expired session
        """);

    [Fact]
    public void Of_two_parents_of_a_branch_the_greater_stays() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        0.2s    INVITE #2 via=v    init
        0.3s    INVITE #2 via=p,v  -
        0.4s    INVITE #2 via=p,u  -
        1s      486 #2 via=p,v     -
        1.1s    ACK #2 via=v       notanswered rejected 486
        """);
}
