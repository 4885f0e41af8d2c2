using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Http.Browsers;

/// <summary>What a browser's page sees, and one of somebody else's does not.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task EventSource_goes_on_by_itself_after_a_break_and_loses_nothing()
    {
        await using var host = await QueryHost.StartAsync();
        await using var line = new BreakableLine(host.Http);
        await using var browser = await Browser.OpenAsync(new Uri(line.Address, "/healthz"));
        await browser.RunAsync("""
            var seen = [], known = new Set(), opened = 0;
            var changes = new EventSource('/v1/watch?field=src&op=eq&value=alice');
            changes.addEventListener('open', () => opened++);
            changes.addEventListener('change', event => {
                const change = JSON.parse(event.data);
                if (known.has(change.eventId)) return;
                known.add(change.eventId);
                seen.push(change.sequence);
            });
            new Promise(begun => changes.addEventListener('alive', () => begun(), { once: true }))
            """);
        host.Changes.Commit(Change(1, "alice"), Change(2, "bob"), Change(3, "alice"));
        await browser.UntilAsync("seen.length == 2");
        line.Break();
        await browser.UntilAsync("changes.readyState == EventSource.CONNECTING");
        host.Changes.Commit(Change(4, "alice"), Change(5, "bob"));
        await browser.UntilAsync("opened == 2");
        host.Changes.Commit(Change(6, "alice"));
        await browser.UntilAsync("seen.length >= 4");
        Assert.Equal("1,3,4,6", await browser.RunAsync("seen.join()"));
    }

    [Fact]
    public async Task Page_of_another_origin_reads_nothing_and_has_nothing_done()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("one");
        await using var line = new BreakableLine(host.Http);
        await using var browser = await Browser.OpenAsync(new Uri(line.Address, "/healthz"));
        // The same server, by another port: to the browser a stranger.
        var there = host.Http.AbsoluteUri;
        const string tag = """{"callId": "one", "tag": "t"}""";
        Assert.Equal("200", await FetchAsync("/v1/count"));
        Assert.Equal("TypeError", await FetchAsync($"{there}v1/count"));
        var post = $"{{ method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body: '{tag}' }}";
        Assert.Equal("TypeError", await FetchAsync($"{there}v1/tags", post));
        // Sent without asking us, and its answer kept from the page.
        Assert.Equal("0", await FetchAsync($"{there}v1/tags", $"{{ method: 'POST', mode: 'no-cors', body: '{tag}' }}"));
        Assert.Equal("200", await FetchAsync("/v1/tags", $"{{ method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body: '{tag}' }}"));
        Assert.Single(host.Appends.Events);

        async Task<string?> FetchAsync(string address, string options = "{}") =>
            await browser.RunAsync($"fetch('{address}', {options}).then(answer => answer.status, failure => failure.name)");
    }

    private static DialogChange Change(long offset, string src) => new()
    {
        EventId = $"0/{offset}",
        CallId = "call",
        Src = src,
        State = DialogState.Init,
        Sequence = (uint)offset,
        Cause = new Cause { Offset = offset },
    };
}
