namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Trees": which branch came from which, by Vias, over CSeqs, and by time where a proxy hid its Vias.</summary>
public sealed class TreeScenarios
{
    [Fact]
    public void What_the_callers_end_was_told_counts_not_what_the_branches_said() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        1s      486 via=p,u        -
        2s      500 via=u          notanswered rejected 500
        """);

    [Fact]
    public void Closing_the_parent_shuts_its_branches() => DialogScript.Check("""
        0s      INVITE             init
        0s      INVITE via=p,u     -
        0s      INVITE via=q,u     -
        2s      603 via=u          notanswered rejected 603
        """);

    [Fact]
    public void In_a_circle_the_first_seen_is_topmost() => DialogScript.Check("""
        0s      INVITE via=q,p     init
        1s      INVITE via=p,q     -
        2s      486 via=p,q        -
        3s      404 via=q,p        notanswered rejected 404
        """);

    [Fact]
    public void Two_hops_without_a_branch_are_a_circle_of_one() => DialogScript.Check("""
        0s      INVITE via=,       init
        1s      486 via=,          notanswered rejected 486
        """);

    [Fact]
    public void Parent_under_its_own_cseq_goes_before_one_of_a_lower() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        0.2s    INVITE #2          init
        0.3s    INVITE #2 via=p,u  -
        1s      486 #2 via=p,u     -
        1.1s    ACK #2             notanswered rejected 486
        """);

    [Fact]
    public void Of_lower_cseqs_with_the_parent_the_highest_counts() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        0.2s    INVITE #2          init
        0.3s    INVITE #3 via=p,u  -
        5s      200 #3 via=p,u     answered
        5s      see                attempts=2 legs=x:2:5s!-
        """);

    [Fact]
    public void Ack_makes_a_branch_that_is_only_named_one_of_its_cseq() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    407                notanswered rejected 407
        0.2s    INVITE #2 via=p,u  -
        1s      486 #2 via=p,u     -
        1.1s    ACK #2             notanswered rejected 486
        1.1s    see                attempts=2
        """);

    [Fact]
    public void Branch_without_vias_that_came_while_the_callers_was_open_is_the_proxys() => DialogScript.Check("""
        0s      INVITE             init
        0.01s   100                progress
        0.02s   INVITE via=e       -
        0.52s   INVITE via=e       -
        5.02s   408 a>r            notanswered rejected 408
        5.1s    ACK a>r            -
        180s    tick               notanswered rejected 408 settled r1
        """);

    [Fact]
    public void Hidden_branch_that_rings_too_long_is_the_proxys_to_cancel() => DialogScript.Check("""
        0s      INVITE             init
        0.02s   INVITE via=e       -
        1s      180 via=e          progress
        1.01s   180                -
        31s     CANCEL via=e       -
        31.01s  503 a>r            notanswered rejected 503
        31.05s  487 via=e          -
        31.06s  ACK via=e          -
        31.1s   ACK a>r            -
        31.1s   see                finish=31.01s
        """);

    [Fact]
    public void Call_with_stripped_vias_is_one_call() => DialogScript.Check("""
        0s      INVITE             init
        0.02s   INVITE via=e       -
        1s      180 via=e          progress
        5s      200 via=e          answered
        5.01s   200                -
        5.1s    ACK via=k          confirmed
        5.11s   ACK via=f          -
        65s     BYE x>a #2 via=c   terminated bye callee
        65.01s  BYE x>a #2 via=d   -
        65.01s  see                attempts=1 answer=5s finish=65s
        """);

    [Fact]
    public void Client_that_fails_over_begins_a_topmost_branch() => DialogScript.Check("""
        0s      INVITE             init
        1s      503                notanswered rejected 503
        1.1s    INVITE via=v       init
        2s      486 via=v          notanswered rejected 486
        """);

    [Fact]
    public void Branch_closed_at_the_same_time_was_still_open() => DialogScript.Check("""
        0s      INVITE             init
        1s      503                notanswered rejected 503
        1s      INVITE via=v       -
        """);

    [Fact]
    public void Branch_first_seen_later_is_nobodys_parent() => DialogScript.Check("""
        0s      INVITE via=e at=0.5s  init
        0s      INVITE                -
        1s      408 via=e             -
        2s      503                   notanswered rejected 503
        """);

    [Fact]
    public void Earliest_open_branch_is_the_parent() => DialogScript.Check("""
        0s      INVITE             init
        0.1s    INVITE via=e       -
        0.2s    INVITE via=f       -
        1s      486 via=e          -
        2s      404                notanswered rejected 404
        """);

    [Fact]
    public void Masked_vias_count_as_one_branch_of_that_name() => DialogScript.Check("""
        0s      INVITE             init
        0.02s   INVITE via=e,m     -
        0.03s   INVITE via=f,m     -
        5s      408                notanswered rejected 408
        """);

    [Fact]
    public void Branches_above_an_unknown_via_are_nobodys_parent() => DialogScript.Check("""
        0s      INVITE via=p,z     init
        1s      INVITE             -
        2s      404 via=p,z        -
        3s      486                notanswered rejected 404
        """);

    [Fact]
    public void Branches_above_an_unknown_via_that_nothing_takes_stay_topmost_each() => DialogScript.Check("""
        0s      INVITE via=p,z     init
        1s      INVITE via=q,z     -
        2s      486 via=p,z        -
        3s      404 via=q,z        notanswered rejected 404
        """);
}
