namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Inside": what belongs to a dialog that is up is no attempt to call.</summary>
public sealed class InsideScenarios
{
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
    public void Ringing_without_to_tag_of_the_callees_reinvite_is_no_call() => DialogScript.Check("""
        0s      INVITE #5            init
        1s      180 #5               progress
        5s      200 #5               answered
        5.1s    ACK #5 via=k         confirmed
        20s     INVITE x>a #6 via=c  -
        20.1s   100 x> #6 via=c      -
        20.2s   180 x> #6 via=c      -
        24s     200 x>a #6 via=c     -
        24.1s   ACK x>a #6 via=d     -
        40s     BYE #6 via=z         terminated bye caller
        """);

    [Fact]
    public void Ringing_without_to_tag_of_the_callers_reinvite_is_no_call() => DialogScript.Check("""
        0s      INVITE               init
        5s      200                  answered
        5.1s    ACK via=k            confirmed
        20s     INVITE a>x #2 via=c  -
        20.2s   180 a> #2 via=c      -
        40s     BYE #3 via=z         terminated bye caller
        """);

    [Fact]
    public void Reinvite_seen_after_its_ringing_takes_the_call_back() => DialogScript.Check("""
        0s      INVITE               init
        5s      200                  answered
        20.2s   180 a> #2 via=c      +2 progress
        20.3s   INVITE a>x #2 via=c  +2 notanswered superseded
        """);

    [Fact]
    public void Retry_with_the_to_tag_of_the_407_is_an_attempt() => DialogScript.Check("""
        0s      INVITE               init
        0.1s    407 a>p              notanswered rejected 407
        0.2s    ACK a>p              -
        0.3s    INVITE a>p #2 via=v  -
        0.4s    100 #2 via=v         progress
        1s      180 #2 via=v         -
        4s      486 #2 via=v         notanswered rejected 486
        4.1s    ACK #2 via=v         -
        4.1s    see                  attempts=2
        """);

    [Fact]
    public void Answer_with_the_to_tag_of_the_407_is_of_its_own_attempt() => DialogScript.Check("""
        0s      INVITE               init
        0.1s    407 a>p              notanswered rejected 407
        0.2s    ACK a>p              -
        0.3s    INVITE a>p #2 via=v  -
        0.4s    100 #2 via=v         progress
        5s      200 a>p #2 via=v     answered
        5.1s    ACK a>p #2 via=k     confirmed
        5.1s    see                  attempts=2 init=0s answer=5s
        """);
}
