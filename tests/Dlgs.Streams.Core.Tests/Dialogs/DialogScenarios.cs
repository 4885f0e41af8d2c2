namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Dialogs": which attempts and rings are of one call.</summary>
public sealed class DialogScenarios
{
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
    public void Redirected_call_is_one_call() => DialogScript.Check("""
        0s      INVITE             init
        1s      302                notanswered rejected 302
        1.1s    INVITE #2 via=v    init
        2s      180 #2 via=v       progress
        6s      200 a>y #2 via=v   answered
        6s      see                attempts=2 init=0s ring=2s to=y
        """);

    [Fact]
    public void Ring_time_is_of_the_first_attempt_that_rang() => DialogScript.Check("""
        0s      INVITE             init
        1s      180                progress
        2s      INVITE #2 via=v    -
        3s      180 #2 via=v       -
        5s      200 #2 via=v       answered
        5s      see                ring=1s
        """);
}
