namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Legs" and "Adoption", where messages are missing: other traces of a step count.</summary>
public sealed class LossScenarios
{
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
    public void Late_answer_replaces_what_its_ack_proved() => DialogScript.Check("""
        0s      INVITE             init
        5s      ACK via=k          -
        37s     tick               confirmed
        38s     200 at=4s          -
        """);

    [Fact]
    public void Missed_start_is_adopted_hold_time_after_the_first_fact() => DialogScript.Check("""
        0s      200                -
        0.1s    ACK                -
        31.9s   tick               -
        32s     tick               confirmed adopted
        60s     BYE x>a #7         terminated bye callee adopted
        """);

    [Fact]
    public void Adopted_the_wrong_way_round_is_superseded_by_the_callers_invite() => DialogScript.Check("""
        0s      200 x>a #7         -
        0.1s    ACK x>a #7         -
        32s     tick               @x confirmed adopted
        40s     INVITE a> #1       answered | @x notanswered superseded adopted
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
    public void Callees_own_reinvite_proves_the_lost_answer() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        10s     200 x>a #7 via=r   answered
        30s     BYE x>a #8         terminated bye callee
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
    public void Gone_at_or_after_the_answer_ends_and_a_bye_at_the_same_time_goes_before() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        60s     481/UPDATE #2      terminated gone
        60s     BYE #3             terminated bye caller
        """);

    [Fact]
    public void Gone_before_the_answer_says_nothing() => DialogScript.Check("""
        0s      INVITE             init
        3s      481/UPDATE #2      -
        5s      200                answered
        """);

    [Fact]
    public void Without_any_tags_who_hung_up_is_not_told() => DialogScript.Check("""
        0s      INVITE >           @ init
        5s      200 >              @ answered
        6s      ACK >              @ confirmed
        9s      INVITE > #2 via=v  -
        60s     BYE > #3           @ terminated bye
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
    public void Of_two_answers_the_call_lasts_as_long_as_one_is_up() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>x via=p,u    answered
        5.1s    200 a>y via=q,u    -
        5.2s    ACK a>x            confirmed
        5.3s    ACK a>y            -
        6s      BYE a>x #2         -
        60s     BYE y>a #3         terminated bye callee
        """);

    [Fact]
    public void Leg_never_acknowledged_beside_an_acknowledged_one_ends_with_it() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>x            answered
        5.1s    ACK a>x            confirmed
        5.2s    200 a>y            -
        20s     BYE a>x #2         terminated bye caller
        """);

    [Fact]
    public void Two_directions_of_one_call_id_are_two_dialogs() => DialogScript.Check("""
        0s      INVITE a> via=u    init
        0.1s    INVITE b> via=v    @b init
        5s      200 b>y via=v      @b answered
        5.1s    200 a>x via=u      answered
        60s     BYE y>b            @b terminated bye callee
        60.1s   BYE x>a            terminated bye callee
        """);
}
