namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Adoption": a live call whose start was missed.</summary>
public sealed class AdoptionScenarios
{
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
    public void Of_both_directions_the_one_answered_first_is_adopted() => DialogScript.Check("""
        0s      200                -
        0.1s    ACK                -
        5s      200 x>a #7         -
        5.1s    ACK x>a #7         -
        32s     tick               confirmed adopted
        100s    BYE x>a #8         terminated bye callee adopted
        """);

    [Fact]
    public void Of_both_directions_answered_at_once_the_lower_cseq_is_adopted() => DialogScript.Check("""
        0s      200 x>a #7         -
        0s      ACK x>a #7         -
        0s      200 at=0s #8       -
        0s      ACK #8             -
        32s     tick               @x confirmed adopted
        """);

    [Fact]
    public void Answer_without_its_ack_or_without_a_to_tag_is_not_adopted() => DialogScript.Check("""
        0s      200                -
        0.1s    ACK #2             -
        0.1s    200 b>             -
        0.2s    ACK b>             -
        31s     tick               -
        32s     tick               -
        33s     see                none
        """);

    [Fact]
    public void Invite_of_the_adopted_caller_takes_it_over() => DialogScript.Check("""
        0s      200 at=6s          -
        0.1s    ACK at=7s          -
        32s     tick               confirmed adopted
        33s     INVITE at=1s       -
        33s     see                adopted=no init=1s answer=6s
        60s     BYE x>a #7         terminated bye callee
        """);
}
