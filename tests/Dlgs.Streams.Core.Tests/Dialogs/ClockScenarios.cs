namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Clocks": times that do not fit together.</summary>
public sealed class ClockScenarios
{
    [Fact]
    public void Finish_may_precede_an_invite_that_was_seen_late_and_no_duration_is_negative() => DialogScript.Check("""
        0s      486 at=1s          -
        5s      INVITE at=5s       notanswered rejected 486
        5s      see                init=5s finish=1s duration=-
        """);

    [Fact]
    public void Call_that_ended_before_its_answer_took_no_time() => DialogScript.Check("""
        0s      INVITE             init
        3s      BYE #2             -
        5s      200                terminated bye caller
        5s      see                answer=5s finish=5s duration=0s
        """);

    [Fact]
    public void Deadlines_run_in_log_time_whatever_a_proxys_clock_says() => DialogScript.Check("""
        1000s   INVITE at=10s      init
        1001s   200 at=11s         answered
        10816s  tick               -
        11800s  tick               -
        11801s  tick               terminated expired active
        11801s  see                finish=10811s
        """);
}
