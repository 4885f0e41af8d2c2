namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Numbers": CSeqs that are other names of lower ones, and what is said of a name.</summary>
public sealed class NumberScenarios
{
    [Fact]
    public void Proxy_that_answers_a_challenge_itself_makes_no_second_call() => DialogScript.Check("""
        0s      INVITE #100           init
        0.01s   100 #100              progress
        0.02s   INVITE #100 via=e,u   -
        0.1s    407 a>p #100 via=e,u  -
        0.11s   ACK a>p #100 via=e    -
        0.12s   INVITE #101 via=f,u   -
        0.2s    100 #101 via=f,u      -
        1s      180 #101 via=f,u      -
        1.01s   180 #100              -
        5s      200 #101 via=f,u      answered
        5.01s   200 #100              -
        5.1s    ACK #100 via=k        confirmed
        5.11s   ACK #101 via=l,k      -
        65s     BYE #101 via=m        terminated bye caller
        65.01s  BYE #102 via=n,m      -
        65.1s   200/BYE #102 via=n,m  -
        65.11s  200/BYE #101 via=m    -
        65.11s  see                   attempts=1 legs=x:100:5.01s-65s finish=65s
        """);

    [Fact]
    public void Proxy_that_then_fails_over_at_the_old_number_makes_no_second_call() => DialogScript.Check("""
        0s      INVITE #500           init
        0.02s   INVITE #500 via=e,u   -
        0.1s    401 a>p #500 via=e,u  -
        0.11s   ACK a>p #500 via=e    -
        0.12s   INVITE #501 via=f,u   -
        0.3s    503 a>q #501 via=f,u  -
        0.31s   ACK a>q #501 via=f    -
        0.32s   INVITE #500 via=g,u   -
        1s      180 #500 via=g,u      progress
        1.01s   180 #500              -
        5s      200 #500 via=g,u      answered
        5.01s   200 #500              -
        5.1s    ACK #500 via=k        confirmed
        5.11s   ACK #500 via=l,k      -
        65s     BYE #501 via=m        terminated bye caller
        65.1s   200/BYE #501 via=m    -
        65.1s   see                   attempts=1 legs=x:500:5s-65s
        """);

    [Fact]
    public void Answer_and_ack_seen_under_another_name_only_are_the_callers() => DialogScript.Check("""
        0s      INVITE #100          init
        0.12s   INVITE #101 via=f,u  -
        1s      180 #101 via=f,u     progress
        5s      200 #101 via=f,u     answered
        5.1s    ACK #101 via=k       confirmed
        65s     INVITE #102 via=v    +101 init
        65s     see                  since=0 legs=x:100:5s- attempts=1 | since=101 attempts=1
        """);

    [Fact]
    public void Ringing_under_another_name_restarts_the_callers_clock() => DialogScript.Check("""
        0s      INVITE #100          init
        0.12s   INVITE #101 via=f,u  -
        100s    180 #101 via=f,u     progress
        180s    tick                 -
        280s    tick                 notanswered expired init
        """);

    [Fact]
    public void Reinvite_without_to_tag_is_the_call_itself() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        5s      200                answered
        5.1s    ACK via=k          confirmed
        30s     INVITE #2 via=v    +2 init
        30.1s   200 #2 via=v       +2 notanswered superseded
        30.2s   ACK #2 via=l       -
        60s     BYE #3 via=m       terminated bye caller
        60.1s   200/BYE #3 via=m   -
        """);

    [Fact]
    public void Attempt_after_somebody_hung_up_is_another_call_even_with_the_same_to_tag() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        20s     BYE x>a #7         terminated bye callee
        20s     INVITE #2 via=v    +2 init
        21s     200 #2 via=v       -
        21s     see                since=0 | since=2
        """);

    [Fact]
    public void Hang_up_after_the_attempt_leaves_it_the_call_itself() => DialogScript.Check("""
        0s      INVITE                  init
        5s      200                     answered
        20s     BYE x>a #7              terminated bye callee
        21s     INVITE #2 via=v at=19s  +2 init
        21s     200 #2 via=v            +2 notanswered superseded
        """);

    [Fact]
    public void Names_given_by_branches_count_for_the_call_itself() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        5.1s    ACK via=k          confirmed
        30s     INVITE #2 via=v    +2 init
        30.1s   INVITE #3 via=f,v  -
        30.2s   200 #3 via=f,v     +2 notanswered superseded
        30.2s   see                since=0 attempts=1
        """);

    [Fact]
    public void Name_of_a_reinvite_is_no_attempt() => DialogScript.Check("""
        0s      INVITE               init
        5s      200                  answered
        5.1s    ACK via=k            confirmed
        30s     INVITE a>x #2 via=v  -
        30.1s   100 a>x #2 via=v     -
        30.2s   INVITE #3 via=f,v    -
        """);

    [Fact]
    public void Cancel_of_a_name_is_not_the_callers() => DialogScript.Check("""
        0s      INVITE #100          init
        0.1s    INVITE #101 via=f,u  -
        9s      CANCEL #101 via=f    -
        9.1s    487 #101 via=f,u     -
        9.2s    480 #100             notanswered rejected 480
        """);

    [Fact]
    public void Last_cancel_of_a_name_is_the_callers_last() => DialogScript.Check("""
        0s      INVITE #100          init
        0.1s    INVITE #101 via=f,u  -
        10s     CANCEL #100          -
        11s     CANCEL #101 via=f    -
        42.9s   tick                 -
        43s     tick                 notanswered cancelled
        """);

    [Fact]
    public void Number_some_of_whose_branches_are_its_own_is_an_attempt() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        0.2s    INVITE #2 via=p,u  -
        0.3s    INVITE #2 via=v    init
        0.3s    see                attempts=2
        """);
}
