using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>What an operator's event has to be later than.</summary>
public sealed class EventQueryTests
{
    private readonly DialogStore store = new(0, new Lifetimes());

    public EventQueryTests() => store.Advance(new LogTime(1_000_000), default);

    [Fact]
    public void Call_is_known_by_any_message_that_says_something_of_it()
    {
        Assert.False(store.Knows("c"u8));
        store.Merge(new SipMessage { CallId = "c"u8, FromTag = "a"u8, ToTag = "b"u8, Method = SipMethod.Bye, CSeq = 2, Vias = 1 }, default);
        Assert.True(store.Knows("c"u8));
        Assert.Empty(store.DialogsOf("c"u8));
    }

    [Fact]
    public void Latest_event_of_a_tag_counts_whomever_it_is_about_and_whatever_it_does()
    {
        Assert.Null(store.LatestTagEvent("c"u8, "vip"u8));
        Merge(5, "vip", remove: false);
        Merge(9, "vip", remove: true, fromTag: "a");
        Merge(7, "vip", remove: false, fromTag: "b");
        Merge(20, "trunk-7", remove: false);
        Assert.Equal(new SipTime(9), store.LatestTagEvent("c"u8, "vip"u8));
        Assert.Null(store.LatestTagEvent("c"u8, "other"u8));
    }

    private void Merge(long micros, string tag, bool remove, string? fromTag = null) => store.Merge(new TagMessage
    {
        CallId = "c"u8,
        FromTag = System.Text.Encoding.UTF8.GetBytes(fromTag ?? ""),
        HasFromTag = fromTag is not null,
        Tag = System.Text.Encoding.UTF8.GetBytes(tag),
        Remove = remove,
        Time = new SipTime(micros),
    }, default);
}
