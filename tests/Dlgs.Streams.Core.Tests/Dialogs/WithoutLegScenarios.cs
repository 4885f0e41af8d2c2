namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Without legs": when nobody answered, how it ended and with which status.</summary>
public sealed class WithoutLegScenarios
{
    [Fact]
    public void Busy_callee_rejects() => DialogScript.Check("""
        0s      INVITE            init
        1s      486               notanswered rejected 486
        1.1s    ACK               -
        43s     tick              notanswered rejected 486 settled r1
        """);

    [Fact]
    public void Cancel_ends_the_call_only_with_the_final_reply() => DialogScript.Check("""
        0s      INVITE            init
        1s      180               progress
        5s      CANCEL            -
        5.1s    200/CANCEL        -
        5.2s    487               notanswered cancelled 487
        """);

    [Fact]
    public void Answer_wins_over_a_cancel() => DialogScript.Check("""
        0s      INVITE            init
        1s      180               progress
        5s      CANCEL            -
        5.1s    200               answered
        5.2s    ACK               confirmed
        """);

    [Fact]
    public void Busy_crossing_the_cancel_is_a_cancelled_call() => DialogScript.Check("""
        0s      INVITE            init
        5s      CANCEL            -
        5s      486               notanswered cancelled 486
        """);

    [Fact]
    public void First_failure_of_a_parallel_fork_ends_nothing_and_the_last_does() => DialogScript.Check("""
        0s      INVITE via=p,z     init
        0s      INVITE via=q,z     -
        1s      486 via=p,z        -
        2s      404 via=q,z        notanswered rejected 404
        """);

    [Fact]
    public void Answer_of_the_other_branch_is_the_call() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        0s      INVITE via=q,u     -
        1s      486 via=p,u        -
        5s      200 a>x via=q,u    answered
        5s      200 a>x via=u      -
        """);

    [Theory]
    [InlineData(404, 603, 603)]
    [InlineData(603, 600, 600)]
    [InlineData(302, 486, 302)]
    [InlineData(486, 407, 407)]
    [InlineData(404, 484, 484)]
    [InlineData(420, 415, 415)]
    [InlineData(486, 408, 408)]
    [InlineData(503, 404, 404)]
    public void Best_reply_of_two_topmost_branches(int first, int second, int best) => DialogScript.Check($"""
        0s      INVITE via=p,z     init
        0s      INVITE via=q,z     -
        1s      {first} via=p,z    -
        2s      {second} via=q,z   notanswered rejected {best}
        """);

    [Fact]
    public void Equal_replies_take_the_smallest_branch_and_its_cancel() => DialogScript.Check("""
        0s      INVITE via=p,z     init
        0s      INVITE via=q,z     -
        1s      CANCEL via=p       -
        2s      486 via=q,z        -
        2s      486 via=p,z        notanswered cancelled 486
        """);

    [Fact]
    public void Cancel_after_the_closing_cancels_nothing() => DialogScript.Check("""
        0s      INVITE             init
        1s      486                notanswered rejected 486
        2s      CANCEL             -
        """);

    [Fact]
    public void If_only_acks_tell_a_cancelled_topmost_branch_means_487() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        5s      CANCEL via=u       -
        5.1s    487 via=p,u        -
        5.3s    ACK via=u          notanswered cancelled 487
        """);

    [Fact]
    public void If_only_acks_tell_the_best_reply_further_down_counts_but_487() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        0s      INVITE via=q,u     -
        1s      487 via=p,u        -
        2s      486 via=q,u        -
        2.1s    ACK via=u          notanswered rejected 486
        """);

    [Fact]
    public void Proxy_cancelling_a_losing_branch_is_not_the_caller_hanging_up() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        0s      INVITE via=q,u     -
        1s      CANCEL via=p,u     -
        1.1s    487 via=p,u        -
        5s      200 via=q,u        answered
        """);

    [Fact]
    public void Decoy_attempt_rejected_while_the_first_still_rings() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        2s      INVITE #2 via=v    -
        2.1s    486 #2 via=v       -
        """);

    [Fact]
    public void Highest_cseq_tells_the_status_and_the_last_end_the_time() => DialogScript.Check("""
        0s      INVITE             init
        1s      INVITE #2 via=v    -
        2s      486 #2 via=v       -
        3s      404                notanswered rejected 486
        """);

    [Fact]
    public void Proxy_that_gives_up_a_ringing_callee_rejects() => DialogScript.Check("""
        0s      INVITE             init
        0.02s   INVITE via=e,u     -
        1s      180 via=e,u        progress
        31s     CANCEL via=e       -
        31.01s  503 a>r            notanswered rejected 503
        31.05s  487 via=e,u        -
        31.05s  see                finish=31.01s
        """);

    [Fact]
    public void Attempt_that_nobody_answered_is_over_by_its_deadline() => DialogScript.Check("""
        0s      INVITE             init
        1s      INVITE #2 via=v    -
        2s      486 #2 via=v       -
        180s    tick               notanswered rejected 486
        180s    see                finish=180s
        """);

    [Fact]
    public void Attempt_that_is_over_rings_no_more() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        2s      407                notanswered rejected 407
        3s      INVITE #2 via=v    init
        """);
}
