using System.Text;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Http;

/// <summary>What cannot be answered is a problem (RFC 9457) that names the field as its caller wrote it, and what is allowed.</summary>
public sealed class BadRequestTests
{
    [Theory]
    [InlineData("/v1/count?vlaue=alice", 400, "vlaue", "no parameter of this path; is 'value' meant?")]
    [InlineData("/v1/count?excludecallid=x", 400, "excludecallid", "no parameter of this path; is 'excludeCallId' meant?")]
    [InlineData("/v1/count?field=src", 400, "field, op, value", "all three, or none.")]
    [InlineData("/v1/count?field=src&op=eq&value=a&value=b", 400, "value", "once.")]
    [InlineData("/v1/count?field=from&op=eq&value=a", 400, "field", "any, src, dst or data.")]
    [InlineData("/v1/count?field=src&op=like&value=a", 400, "op", "eq, ne, re, sw or fm.")]
    [InlineData("/v1/count?field=src&op=re&value=(", 400, "value", "a POSIX extended regular expression; in this one a ( is not closed.")]
    [InlineData("/v1/count?tag=", 400, "tag", "1 to 128 bytes.")]
    [InlineData("/v1/count?state=up", 400, "state", "init, progress, answered, confirmed, terminated or notanswered.")]
    [InlineData("/v1/count?state=terminated", 400, "state", "of ongoing dialogs: init, progress, answered, confirmed.")]
    [InlineData("/v1/count?complete=yes", 400, "complete", "true or false.")]
    [InlineData("/v1/count?partial=500", 400, "partial", "200 or 206.")]
    [InlineData("/v1/count?position=%21", 400, "position", "Base64, as it stands in an answer.")]
    [InlineData("/v1/dialogs?pageSize=ten", 400, "pageSize", "a whole number.")]
    [InlineData("/v1/dialogs?pageSize=99999999999", 400, "pageSize", "a whole number.")]
    [InlineData("/v1/dialogs?pageToken=2", 400, "pageToken", "what next_page_token of the answer before had.")]
    [InlineData("/v1/dialogs?initBefore=yesterday", 400, "initBefore", "a time as 2026-01-31T12:00:00Z (RFC 3339).")]
    [InlineData("/v1/dialogs?view=whole", 400, "view", "full or briefing.")]
    [InlineData("/v1/dialogs/a?sinceCseq=-1", 400, "sinceCseq", "0 to 4294967295.")]
    [InlineData("/v1/groups", 400, "by", "src, dst, data, tag or state.")]
    [InlineData("/v1/groups?by=src&top=5000", 400, "top", "1 to 1000, or 0 for 20.")]
    [InlineData("/v1/stats?field=src", 400, "field", "no parameter of this path; complete, partial, position, partitions.")]
    [InlineData("/v1/watch?complete=true", 400, "complete", "no parameter of this path; field, op, value, tag, state, settled, position.")]
    [InlineData("/v1/count?field=src&op=eq&value=+4930123", 400, "value", "no space first; a + is %2B here.")]
    [InlineData("/v1/dialogs/", 404, null, "A Call-ID has to follow, percent-encoded; all dialogs are at /v1/dialogs.")]
    [InlineData("/v1/nothing", 404, null, "No such path here; /openapi.json on the port of http has them all.")]
    [InlineData("/dlgs.streams.v1.DialogQuery/Count", 404, null, "No such path here; /openapi.json on the port of http has them all.")]
    [InlineData("/v1/tags", 405, null, "This path has other methods: DELETE, POST.")]
    public async Task Question_that_is_none_is_told_what_is_wrong(string path, int status, string? field, string allowed)
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Is(await http.GetAsync(path), status, field, allowed);
        Assert.DoesNotContain(host.Log.All, record => record.Level >= LogLevel.Warning && !record.Category.Contains("HealthChecks", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{", "application/json", 400, "body")]
    [InlineData("", "application/json", 400, "body")]
    [InlineData("null", "application/json", 400, "body")]
    [InlineData("[]", "application/json", 400, "body")]
    [InlineData("""{"filter": []}""", "application/json", 400, "body")]
    [InlineData("""{"filters": [{"field": 99}]}""", "application/json", 400, "filters[0].field")]
    [InlineData("""{"filters": [{"operator": "FILTER_OPERATOR_LIKE"}]}""", "application/json", 400, "body")]
    [InlineData("""{"filters": [{"also": [{"tag": ""}]}]}""", "application/json", 400, "filters[0].also[0].tag")]
    [InlineData("""{"excludeCallId": 1}""", "application/json", 400, "body")]
    [InlineData("{}", "text/plain", 415, null)]
    [InlineData("{}", "application/x-www-form-urlencoded", 415, null)]
    public async Task Body_that_is_none_is_told_what_is_wrong(string body, string mediaType, int status, string? field)
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Is(await http.PostAsync("/v1/count", body, mediaType), status, field);
    }

    [Fact]
    public async Task Body_is_bounded_and_in_UTF_8_and_not_deep()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Is(await http.PostAsync("/v1/count", new string(' ', 300_000)), 413, null);
        using var latin1 = new StringContent("""{"excludeCallId": "ü"}""", Encoding.Latin1, "application/json");
        Is(await http.SendAsync(HttpMethod.Post, "/v1/count", latin1), 400, "body");
        Is(await http.PostAsync("/v1/count", string.Concat(Enumerable.Repeat("""{"filters":[{"also":[""", 5_000))), 400, "body");
        Is(await http.PostAsync("/v1/tags", "{}"), 400, "callId");
        Is(await http.PostAsync("/v1/close", """{"callId": "a"}"""), 400, "closedBy");
        Is(await http.PostAsync("/v1/close", """{"closedBy": "a", "filter": {}}"""), 400, "filter");
        Is(await http.DeleteAsync("/v1/tags?tag=a"), 400, "callId");
    }

    [Fact]
    public async Task Name_that_is_not_this_hosts_is_refused_on_loopback()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Is(await http.SendAsync(HttpMethod.Get, "/v1/dialogs", host: "evil.example"), 421, null);
        foreach (var known in new[] { "localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:5080" })
            Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/v1/dialogs", host: known)).Status);
    }

    [Fact]
    public async Task What_was_refused_for_other_reasons_has_their_status()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Is(await http.PostAsync("/v1/tags", """{"callId": "a", "tag": "b"}"""), 404, null);
        host.Registry.PartitionCount = 0;
        Is(await http.GetAsync("/v1/count"), 503, null, "The instance does not know its partitions yet.");
    }

    private static void Is(HttpAnswer answer, int status, string? field, string? allowed = null)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(field, (string?)answer.Json["field"]);
        if (allowed is not null) Assert.Equal(field is null ? allowed : $"{field}: {allowed}", (string?)answer.Json["detail"]);
    }
}
