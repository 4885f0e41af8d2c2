using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A real Kamailio whose routes ask a real service, with the lines that protos/README.md gives for it.</summary>
public sealed class KamailioTests(KafkaCluster kafka)
{
    private const int Limit = 3;

    [Fact]
    public async Task Calls_are_counted_tagged_and_settled_as_their_callers_know_them()
    {
        await using var site = await KamailioSite.RequireAsync(kafka);
        using var callers = new Callers(site.Proxy, "carol", calls: 2);
        await callers.WaitUntilDecidedAsync(() => site.Output);
        Assert.Empty(callers.Refused);
        await site.WaitForCountAsync("field=src&op=eq&value=carol@example.com", 2);
        await site.WaitForCountAsync("tag=trunk-7", 2);
        using var client = new SipClient();
        Assert.Equal("SIP/2.0 200 OK", await client.AskAsync(site.Proxy.Port, "MESSAGE", callers.LetThrough[0]));
        await site.WaitForCountAsync("tag=trunk-7", 1);
        await callers.HangUpAsync();
        await site.WaitForCountAsync("", 0);
        var settled = (await site.ReadSettledAsync(2)).ToDictionary(change => change.CallId);
        Assert.Equal(callers.LetThrough.Order(), settled.Keys.Order());
        Assert.All(settled.Values, call => Assert.Equal(
            (DialogState.Terminated, EndReason.Bye, Party.Caller, "carol@example.com"), (call.State, call.EndReason, call.EndedBy, call.Src)));
        Assert.Equal((0, 1), (settled[callers.LetThrough[0]].Tags.Count, settled[callers.LetThrough[1]].Tags.Count));
    }

    [Fact]
    public async Task Limit_of_three_holds_under_a_burst_of_twenty_calls()
    {
        await using var site = await KamailioSite.RequireAsync(kafka);
        using var burst = new Callers(site.Proxy, "alice", calls: 20);
        await burst.WaitUntilDecidedAsync(() => site.Output);
        Assert.InRange(burst.LetThrough.Length, 0, Limit);
        await burst.HangUpAsync();
        await site.WaitForCountAsync("", 0);

        // As many as may come at once: none is in the way of another.
        using var three = new Callers(site.Proxy, "alice", calls: Limit);
        await three.WaitUntilDecidedAsync(() => site.Output);
        Assert.Empty(three.Refused);
        using var fourth = new Callers(site.Proxy, "alice", calls: 1);
        await fourth.WaitUntilDecidedAsync(() => site.Output);
        Assert.Empty(fourth.LetThrough);
        using var other = new Callers(site.Proxy, "bob", calls: 1);
        await other.WaitUntilDecidedAsync(() => site.Output);
        Assert.Empty(other.Refused);

        three.HangUp(three.LetThrough[0]);
        await site.WaitForCountAsync("field=src&op=eq&value=alice@example.com", Limit - 1);
        using var next = new Callers(site.Proxy, "alice", calls: 1);
        await next.WaitUntilDecidedAsync(() => site.Output);
        Assert.Empty(next.Refused);
    }
}
