namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Derive" and "Changes and settling", for calls as they usually go. One line a step; DialogScript says how to read them.</summary>
public sealed class CallScenarios
{
    [Fact]
    public void Answered_call_ends_with_bye_and_settles_once() => DialogScript.Check("""
        0s      INVITE            init
        0.1s    100               progress
        1s      180               -
        5s      200               answered
        5s      200               -
        6s      ACK               confirmed
        66s     BYE #2            terminated bye caller
        66.1s   200/BYE #2        -
        107s    tick              -
        108s    tick              terminated bye caller settled r1
        409s    tick              -
        """);

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
    public void Messages_that_come_backwards_make_the_same_call() => DialogScript.Check("""
        0s      200/BYE #2        -
        0.1s    BYE #2            -
        0.2s    ACK               -
        0.3s    200               -
        0.4s    180               -
        0.5s    INVITE            terminated bye caller
        """);

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
    public void Cancelled_call_whose_final_reply_never_comes_ends_hold_time_after_the_cancel() => DialogScript.Check("""
        0s      INVITE            init
        8s      CANCEL            -
        39.9s   tick              -
        40s     tick              notanswered cancelled
        """);

    [Fact]
    public void Challenge_and_second_invite_are_one_call() => DialogScript.Check("""
        0s      INVITE            init
        0.1s    407               notanswered rejected 407
        0.1s    ACK               -
        0.2s    INVITE #2 via=v   init
        1s      180 #2 via=v      progress
        5s      200 #2 via=v      answered
        5.1s    ACK #2            confirmed
        """);

    [Fact]
    public void Second_call_on_the_same_identity_is_another_dialog() => DialogScript.Check("""
        0s      INVITE            init
        5s      200               answered
        5.1s    ACK               confirmed
        65s     BYE #2            terminated bye caller
        70s     INVITE #3 via=v   +2 init
        71s     486 #3 via=v      +2 notanswered rejected 486
        107s    tick              terminated bye caller settled r1
        """);

    [Fact]
    public void Reinvites_refused_inside_a_call_change_nothing() => DialogScript.Check("""
        0s      INVITE            init
        5s      200               answered
        5.1s    ACK               confirmed
        30s     INVITE a>x #2     -
        30.1s   491 a>x #2 via=r  -
        30.2s   ACK a>x #2 via=r  -
        31s     INVITE x>a #7     -
        31.1s   488 x>a #7 via=s  -
        60s     BYE #3            terminated bye caller
        """);

    [Fact]
    public void What_is_no_call_makes_no_dialog_and_is_forgotten()
    {
        var store = new Core.Stores.DialogStore(0, DialogScript.Lifetimes);
        DialogScript.Run(store, """
            0s      OPTIONS           -
            1s      BYE               -
            20s     200               -
            """);
        Assert.Equal(1, store.CallCount);
        DialogScript.Run(store, """
            51.9s   tick              -
            52s     tick              -
            """);
        Assert.Equal(0, store.CallCount);
        Assert.Equal(1, store.ForgottenWithoutDialog);
    }
}
