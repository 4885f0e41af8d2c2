using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A real Kamailio whose routes ask a real service, with the lines that README.md and protos/README.md give for it.</summary>
public sealed class KamailioTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Calls_are_counted_tagged_and_settled_as_their_callers_know_them()
    {
        await using var site = await KamailioSite.RequireAsync(kafka);
        using var callers = await site.CallAsync("carol", calls: 2);
        Assert.Equal((2, 0, 0), callers.Outcome);
        await site.WaitForCountAsync("field=src&op=eq&value=carol@example.com", 2);
        await site.WaitForCountAsync("tag=trunk-7", 2);
        using var client = new SipClient();
        Assert.Equal("SIP/2.0 200 OK", await client.AskAsync(site.Proxy.Port, "MESSAGE", callers.LetThrough[0]));
        await site.WaitForCountAsync("tag=trunk-7", 1);
        await callers.HangUpAsync();
        await site.WaitForCountAsync("state=confirmed", 0);
        var settled = await site.ReadSettledAsync(2);
        Assert.Equal(callers.LetThrough.Order(), settled.Select(call => call.CallId).Order());
        Assert.All(settled, call => Assert.Equal(
            (DialogState.Terminated, EndReason.Bye, Party.Caller, "carol@example.com"), (call.State, call.EndReason, call.EndedBy, call.Src)));
        Assert.All(settled, call => Assert.Equal(call.CallId == callers.LetThrough[0] ? [] : ["trunk-7"], call.Tags));
    }

    [Fact]
    public async Task Limit_of_three_holds_under_a_burst_of_twenty_calls()
    {
        await using var site = await KamailioSite.RequireAsync(kafka);
        using var burst = await site.CallAsync("alice", calls: 20);
        Assert.Equal(3, burst.LetThrough.Length);
        Assert.Equal(0, burst.Outcome.Uncounted);
        await burst.HangUpAsync();
        await site.WaitForCountAsync("field=src&op=eq&value=alice@example.com", 0);

        // Three at once are not in each other's way, nor in that of another caller.
        using var three = await site.CallAsync("alice", calls: 3);
        Assert.Equal((3, 0, 0), three.Outcome);
        using var fourth = await site.CallAsync("alice", calls: 1);
        Assert.Equal((0, 1, 0), fourth.Outcome);
        using var other = await site.CallAsync("bob", calls: 1);
        Assert.Equal((1, 0, 0), other.Outcome);

        // Where one has ended there is room for one.
        three.HangUp(three.LetThrough[0]);
        await site.WaitForCountAsync("field=src&op=eq&value=alice@example.com", 2);
        using var next = await site.CallAsync("alice", calls: 1);
        Assert.Equal((1, 0, 0), next.Outcome);
    }
}
