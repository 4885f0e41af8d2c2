namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Legs": who answered, also where the answer itself was not seen.</summary>
public sealed class LegScenarios
{
    [Fact]
    public void Lost_answer_whose_ack_was_seen_counts_hold_time_later() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        5s      ACK via=k          -
        36.9s   tick               -
        37s     tick               confirmed
        60s     BYE #2             terminated bye caller
        """);

    [Fact]
    public void Lost_answer_whose_ack_was_seen_counts_at_once_when_somebody_hangs_up() => DialogScript.Check("""
        0s      INVITE             init
        5s      ACK via=k          -
        20s     BYE x>a #9         terminated bye callee
        """);

    [Fact]
    public void Late_answer_replaces_what_its_ack_proved() => DialogScript.Check("""
        0s      INVITE             init
        5s      ACK via=k          -
        37s     tick               confirmed
        38s     200 at=4s          -
        """);

    [Fact]
    public void Callees_own_reinvite_proves_the_lost_answer() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        10s     200 x>a #7 via=r   answered
        30s     BYE x>a #8         terminated bye callee
        """);

    [Fact]
    public void Reinvites_towards_a_callee_without_tag_are_no_calls() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>             answered
        6s      ACK a>             confirmed
        30s     INVITE #2 via=v    -
        30.1s   488 a> #2 via=v    -
        """);

    [Fact]
    public void Lost_answer_replaces_the_later_one_of_a_reinvite() => DialogScript.Check("""
        0s      INVITE             init
        5s      ACK via=k          -
        30s     200 #2 via=r       answered
        37s     tick               confirmed
        37s     see                legs=x:1:5s-
        """);

    [Fact]
    public void Ack_below_what_another_callee_answered_proves_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      INVITE #2 via=v    -
        5s      200 a>y #2 via=v   answered
        6s      ACK a>x #1 via=k   -
        40s     tick               -
        40s     see                legs=y:2:5s!-
        """);

    [Fact]
    public void Ack_of_an_attempt_that_is_over_proves_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      486                notanswered rejected 486
        2s      ACK via=k          -
        34s     tick               -
        """);

    [Fact]
    public void Ack_without_to_tag_or_of_no_attempt_proves_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      ACK a> via=k       -
        2s      ACK #7 via=k       -
        34s     tick               -
        """);

    [Fact]
    public void Ack_on_a_branch_that_an_invite_names_proves_a_failure() => DialogScript.Check("""
        0s      INVITE via=p,u     init
        2s      ACK                notanswered rejected
        34s     tick               -
        """);

    [Fact]
    public void Of_two_acks_that_prove_an_answer_the_lower_cseq_counts() => DialogScript.Check("""
        0s      INVITE             init
        1s      INVITE #2 via=v    -
        8s      ACK #2 via=l       -
        9s      ACK #1 via=k       -
        40s     tick               confirmed
        40s     see                legs=x:2:8s-
        41s     tick               +2 init
        41s     see                legs=x:1:9s- | legs=
        """);

    [Fact]
    public void Callee_that_called_too_proves_nothing_by_its_invite() => DialogScript.Check("""
        0s      INVITE              init
        1s      INVITE x> #7 via=r  @x init
        10s     200 x>a #7 via=r    @x answered
        10s     see                 of=a state=init | of=x state=answered
        """);

    [Fact]
    public void Callees_reinvite_answers_the_callers_highest_attempt() => DialogScript.Check("""
        0s      INVITE                  init
        0.1s    407                     notanswered rejected 407
        0.2s    INVITE #2 via=v         init
        10s     200 x>a #7 via=r se=90  answered
        10s     see                     legs=x:2:10s!- attempts=2
        131.9s  tick                    -
        132s    tick                    terminated expired session
        """);

    [Fact]
    public void Callees_reinvite_proves_an_answer_below_that_of_a_later_reinvite() => DialogScript.Check("""
        0s      INVITE                   init
        20s     200 #3 via=r             answered
        20s     see                      legs=x:3:20s!-
        21s     200 x>a #7 via=s at=10s  -
        21s     see                      legs=x:1:10s!-
        """);

    [Fact]
    public void Answered_cseq_is_an_attempt_though_its_invite_was_missed() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        5s      200 #2 via=v       answered
        5s      see                attempts=2 init=0s
        """);

    [Fact]
    public void Attempt_of_a_tagless_answer_keeps_its_own_time() => DialogScript.Check("""
        0s      INVITE a> #2 via=v  init
        5s      200 a>x #2 via=v    answered
        6s      200 a> #1 at=6s     +2 answered
        6s      see                 since=0 attempts=1 init=6s legs=:1:6s!- | since=2 attempts=1 init=0s legs=x:2:5s!-
        """);
}
