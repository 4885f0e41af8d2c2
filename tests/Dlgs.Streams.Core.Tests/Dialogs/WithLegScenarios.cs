namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"With legs": how answered calls are up, and how they end.</summary>
public sealed class WithLegScenarios
{
    [Fact]
    public void Callee_hangs_up() => DialogScript.Check("""
        0s      INVITE            init
        5s      200               answered
        6s      ACK               confirmed
        66s     BYE x>a           terminated bye callee
        """);

    [Fact]
    public void Of_two_byes_the_earlier_hung_up_and_of_equal_ones_the_callee() => DialogScript.Check("""
        0s      INVITE            init
        5s      200               answered
        6s      ACK               confirmed
        66s     BYE               terminated bye caller
        66s     BYE x>a           terminated bye callee
        67s     BYE at=65s        terminated bye caller
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
    public void Bye_seen_before_the_answer_counts_at_the_answer() => DialogScript.Check("""
        0s      INVITE             init
        3s      BYE x>a            -
        4s      BYE #2             -
        5s      200                terminated bye callee
        5s      see                answer=5s finish=5s
        """);

    [Fact]
    public void Gone_by_a_refused_reinvite_of_either_side() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        6s      ACK                confirmed
        60s     481 x>a #7 via=r   terminated gone
        60s     see                finish=60s
        """);

    [Fact]
    public void Who_lost_the_race_gives_no_answer_time() => DialogScript.Check("""
        0s      INVITE             init
        0.02s   INVITE via=e,u     -
        0.02s   INVITE via=f,u     -
        3.8s    200 a>y via=f,u    answered
        3.8s    see                to=y answer=3.8s
        4.6s    200 a>x via=e,u    -
        4.7s    ACK via=k          confirmed
        4.7s    see                to=x answer=4.6s
        164.6s  BYE #2             terminated bye caller
        164.6s  see                to=x answer=4.6s finish=164.6s legs=x:1:4.6s-164.6s,y:1:3.8s!-35.8s
        """);

    [Fact]
    public void Who_lost_the_race_and_gives_up_hangs_nobody_up() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>y via=q,u    answered
        5.1s    200 a>x via=p,u    -
        5.2s    ACK                confirmed
        37s     BYE y>a            -
        37s     481/UPDATE a>y #2  -
        60s     BYE #2             terminated bye caller
        60s     see                to=x
        """);

    [Fact]
    public void Callers_bye_ends_who_lost_the_race_at_its_own_time() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        5.1s    ACK                confirmed
        5.2s    200 a>y via=q,u    -
        20s     BYE x>a            terminated bye callee
        25s     BYE a>y #2         terminated bye caller
        25s     see                to=y answer=5s finish=25s legs=x:1:5s-20s,y:1:5.2s!-25s
        """);

    [Fact]
    public void Who_lost_the_race_is_held_for_32_seconds_at_most() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        5.1s    ACK                confirmed
        5.2s    200 a>y via=q,u    -
        37.1s   see                legs=x:1:5s-,y:1:5.2s!-
        37.2s   see                legs=x:1:5s-,y:1:5.2s!-37.2s
        """);

    [Fact]
    public void To_tag_of_an_ended_call_is_of_the_end_that_counts() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>x via=p,u    answered
        5.1s    200 a>y via=q,u    -
        5.2s    ACK a>x            confirmed
        5.3s    ACK a>y via=k      -
        6s      see                to=x
        6s      BYE a>x #2         -
        7s      see                to=y
        60s     BYE y>a #3         terminated bye callee
        60s     see                to=y
        """);

    [Fact]
    public void Of_equal_ends_the_greatest_to_tag_counts() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>x via=p,u    answered
        5s      200 a>y via=q,u    -
        5s      see                to=x
        5.2s    ACK a>x            confirmed
        5.3s    ACK a>y via=k      -
        60s     BYE a>y #2         -
        60s     BYE x>a #3         terminated bye caller
        60s     see                to=y
        """);

    [Fact]
    public void Where_no_leg_is_acknowledged_all_of_them_count() => DialogScript.Check("""
        0s      INVITE             init
        5s      200 a>y via=q,u    answered
        5.1s    200 a>x via=p,u    -
        20s     BYE y>a #2         -
        20s     see                answer=5s to=x
        30s     BYE x>a #3         terminated bye callee
        30s     see                answer=5s to=x
        """);
}
