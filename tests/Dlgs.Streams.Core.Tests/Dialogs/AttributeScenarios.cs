using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>"Attributes and tags": where src, dst and data come from, and what the operator marked.</summary>
public sealed class AttributeScenarios
{
    private static readonly Message Invite = new() { FromUri = "sip:Alice@Example.COM:5060;x=1", ToUri = "sips:bob:secret@[2001:DB8::1]:5061?h=1" };

    [Fact]
    public void Defaults_are_the_canonical_addresses_of_record()
    {
        var dialog = Fold(Invite);
        Assert.Equal(("Alice@example.com", "bob@[2001:db8::1]", ""), (dialog.Src, dialog.Dst, dialog.Data));
    }

    [Theory]
    [InlineData("sip:+1-212@gw.EXAMPLE.net;user=phone", "+1-212@gw.example.net")]
    [InlineData("tel:+1-201-555-0123;ext=7", "+12015550123")]
    [InlineData("TEL:(201)555.0123", "2015550123")]
    [InlineData("sip:Host.Example", "host.example")]
    [InlineData("<sip:a@B>", "a@b")]
    [InlineData("a@B:1", "a@b")]
    [InlineData("sip:host;x=a@b", "host;x=a@b")]
    [InlineData("", "")]
    public void Canonical_form(string uri, string expected)
    {
        var address = new byte[uri.Length];
        Assert.Equal(expected, Encoding.UTF8.GetString(address, 0, AddressOfRecord.Write(Encoding.UTF8.GetBytes(uri), address)));
    }

    [Fact]
    public void Explicit_value_goes_before_a_default_of_a_higher_cseq() =>
        Assert.Equal("carol", Fold(Invite with { Src = "carol" }, Invite with { CSeq = 2 }).Src);

    [Fact]
    public void Of_explicit_values_the_authenticated_invites_counts() =>
        Assert.Equal("carol", Fold(Invite with { CSeq = 2, Src = "carol", Time = 5 }, Invite with { Src = "alice" }).Src);

    [Fact]
    public void Fewest_vias_then_the_earliest_then_the_smallest()
    {
        Assert.Equal("b", Fold(Invite with { Src = "a", Vias = ["p", "u"] }, Invite with { Src = "b", Time = 9 }).Src);
        Assert.Equal("b", Fold(Invite with { Src = "a", Time = 1 }, Invite with { Src = "b" }).Src);
        Assert.Equal("a", Fold(Invite with { Src = "b" }, Invite with { Src = "a" }).Src);
    }

    [Fact]
    public void Replies_fill_what_no_invite_told()
    {
        var reply = Invite with { Status = 180, Data = "reply", Vias = ["p"] };
        Assert.Equal(("Alice@example.com", "reply"), (Fold(Invite, reply).Src, Fold(Invite, reply).Data));
        Assert.Equal("told", Fold(reply, Invite with { Data = "told", Time = 9, Vias = ["p", "u"] }).Data);
        Assert.Equal("", Fold(reply, Invite with { Data = "" }).Data);
    }

    [Fact]
    public void Explicit_value_of_a_reply_goes_before_the_default_of_an_invite()
    {
        var reply = Invite with { Status = 180, Src = "carol" };
        Assert.Equal("carol", Fold(reply, Invite).Src);
        Assert.Equal("carol", Fold(Invite, reply, Invite with { CSeq = 2 }).Src);
        Assert.Equal("alice", Fold(Invite with { Src = "alice" }, reply).Src);
    }

    [Fact]
    public void Tags_are_a_set_and_of_add_and_remove_the_later_wins_removal_on_a_tie()
    {
        Assert.Equal(["gold", "vip"], Fold(Invite with { Tags = ["vip", "vip"] }, Invite with { TagEvent = "+gold", Time = 1 }).Tags);
        Assert.Equal(["vip"], Fold(Invite, Invite with { TagEvent = "-vip", Time = 1 }, Invite with { TagEvent = "+vip", Time = 2 }).Tags);
        Assert.Empty(Fold(Invite, Invite with { TagEvent = "+vip", Time = 1 }, Invite with { TagEvent = "-vip", Time = 1 }).Tags);
    }

    [Fact]
    public void Later_copy_of_an_invite_does_not_bring_back_what_was_removed() =>
        Assert.Empty(Fold(Invite with { Tags = ["vip"] }, Invite with { TagEvent = "-vip", Time = 1 },
            Invite with { Tags = ["vip"], Time = 2, Vias = ["p", "u"] }).Tags);

    [Fact]
    public void Hundred_that_proves_the_invite_names_the_caller() => DialogScript.Check("""
        0s      100 from=sip:alice@a.example  progress
        0s      see                           src=alice@a.example
        """);

    [Fact]
    public void Reinvites_and_their_replies_tell_nothing() => DialogScript.Check("""
        0s      INVITE src=alice                        init
        5s      200 data=gw7                            answered
        30s     INVITE a>x #2 via=v src=bob data=other  -
        31s     200 #2 via=v src=bob data=other         -
        31s     see                                     src=alice data=gw7
        """);

    [Fact]
    public void Invite_that_keeps_the_to_tag_of_the_407_tells() => DialogScript.Check("""
        0s      INVITE src=alice             init
        0.1s    407 a>p                      notanswered rejected 407
        0.3s    INVITE a>p #2 via=v src=bob  -
        0.4s    100 #2 via=v                 progress
        0.4s    see                          src=bob
        """);

    [Fact]
    public void Number_of_the_caller_counts_not_that_of_its_other_name() => DialogScript.Check("""
        0s      INVITE #100 src=alice          init
        0.1s    INVITE #101 via=f,u src=proxy  -
        0.1s    see                            src=alice
        """);

    [Fact]
    public void Attributes_are_of_the_dialogs_own_attempts() => DialogScript.Check("""
        0s      INVITE src=alice         init
        5s      200                      answered
        6s      BYE #2                   terminated bye caller
        9s      INVITE #3 via=v src=bob  +2 init
        9s      see                      src=alice | src=bob
        """);

    [Fact]
    public void Tag_events_are_for_all_dialogs_those_of_a_caller_or_one() => DialogScript.Check("""
        0s      INVITE tag=first            init
        5s      200                         answered
        6s      INVITE b> via=w             @b init
        9s      INVITE #3 via=v tag=second  +2 init
        10s     TAG +all                    -
        11s     TAG +caller of=a            -
        12s     TAG +one of=a/2             -
        13s     TAG -all of=b               -
        13s     see                         tags=all,caller,first | tags=all,caller,one,second | tags=
        """);

    [Fact]
    public void Tags_of_another_name_are_the_callers() => DialogScript.Check("""
        0s      INVITE #100 tag=vip           init
        0.1s    INVITE #101 via=f,u tag=gold  -
        0.1s    see                           tags=gold,vip
        """);

    [Fact]
    public void Seventeenth_tag_shows_in_its_dialog()
    {
        var tags = Enumerable.Range(0, 17).Select(i => Invite with { TagEvent = $"+t{i:00}" }).ToArray();
        Assert.False(Fold([Invite, .. tags[..16]]).Overflow);
        Assert.True(Fold([Invite, .. tags]).Overflow);
    }

    private static Dialog Fold(params Message[] messages)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        foreach (var message in messages) message.MergeInto(store, default);
        return Assert.Single(store.DialogsOf("call"u8));
    }
}
