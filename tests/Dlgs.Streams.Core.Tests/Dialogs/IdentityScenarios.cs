namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Identity": what makes two calls of one Call-ID.</summary>
public sealed class IdentityScenarios
{
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
    public void Two_directions_of_one_call_id_are_two_dialogs() => DialogScript.Check("""
        0s      INVITE a> via=u    init
        0.1s    INVITE b> via=v    @b init
        5s      200 b>y via=v      @b answered
        5.1s    200 a>x via=u      answered
        60s     BYE y>b            @b terminated bye callee
        60.1s   BYE x>a            terminated bye callee
        """);

    [Fact]
    public void Third_call_counts_from_the_second_answer() => DialogScript.Check("""
        0s      INVITE             init
        5s      200                answered
        9s      BYE                terminated bye caller
        10s     INVITE #4 via=v    +2 init
        15s     200 a>y #4 via=v   +2 answered
        19s     BYE a>y #5         +2 terminated bye caller
        20s     INVITE #9 via=w    +5 init
        """);

    [Fact]
    public void Tags_that_differ_by_case_are_two_callers() => DialogScript.Check("""
        0s      INVITE             init
        1s      INVITE A> via=v    @A init
        2s      486 A>x via=v      @A notanswered rejected 486
        3s      200                answered
        """);

    [Fact]
    public void Missing_tags_and_branches_are_empty_ones() => DialogScript.Check("""
        0s      INVITE > via=      @ init
        1s      486 > via=         @ notanswered rejected 486
        """);
}
