using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Http;

/// <summary>The queries as JSON, and as the bare number.</summary>
public sealed class HttpQueryTests
{
    [Theory]
    [InlineData("/v1/count", 3)]
    [InlineData("/v1/count?field=src&op=eq&value=alice%40a.example", 2)]
    [InlineData("/v1/count?field=SRC&op=EQ&value=alice%40a.example&tag=vip", 1)]
    [InlineData("/v1/count?tag=vip", 1)]
    [InlineData("/v1/count?tag=vip&tag=other", 0)]
    [InlineData("/v1/count?field=dst&op=sw&value=b%C3%B6b", 1)]
    [InlineData("/v1/count?field=dst&op=eq&value=b%F6b@b.example", 1)]
    [InlineData("/v1/count?field=data&op=eq&value=", 3)]
    [InlineData("/v1/count?state=progress&state=init", 1)]
    [InlineData("/v1/count?excludeCallId=one&complete=true", 2)]
    [InlineData("/v1/count?excludeCallId=one&upToCallId=one", 0)]
    [InlineData("/v1/count?upToCallId=nobody", 3)]
    public async Task Count_is_a_number_in_JSON_and_the_bare_number_as_text(string path, int expected)
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        var json = await http.GetAsync(path);
        Assert.Equal((200, "application/json"), (json.Status, json.MediaType));
        Assert.Equal($"{expected}", (string)json.Json["counts"]![0]!);
        Assert.True((bool)json.Json["coverage"]!["complete"]!);
        var text = await http.GetAsync(path, accept: "text/plain");
        Assert.Equal((200, "text/plain", $"{expected}\n"), (text.Status, text.MediaType, text.Text));
    }

    [Fact]
    public async Task Several_filters_in_a_body_have_a_count_each()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        const string body = """{"filters": [{"field": "DIALOG_FIELD_SRC", "value": "alice@a.example"}, {"tag": "vip"}], "excludeCallId": "two"}""";
        Assert.Equal(["1", "0"], (await http.PostAsync("/v1/count", body)).Json["counts"]!.AsArray().Select(count => (string)count!));
        Assert.Equal("1\n0\n", (await http.PostAsync("/v1/count", body, accept: "text/plain")).Text);
    }

    [Fact]
    public async Task List_goes_on_page_by_page_and_a_call_is_found_by_its_id()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        var found = new List<string>();
        for (var token = ""; ;)
        {
            var page = (await http.GetAsync($"/v1/dialogs?pageSize=1&view=briefing&pageToken={token}")).Json;
            found.AddRange((page["dialogs"]?.AsArray() ?? []).Select(dialog => (string)dialog!["callId"]!));
            if ((token = (string?)page["nextPageToken"]) is null) break;
        }
        Assert.Equal(["one", "three", "two"], found.Order());
        var call = (await http.GetAsync("/v1/dialogs/two")).Json["dialogs"]![0]!;
        Assert.Equal(("two", "DIALOG_STATE_CONFIRMED", "vip"), ((string)call["callId"]!, (string)call["state"]!, (string)call["tags"]![0]!));
        Assert.Equal(404, (await http.GetAsync("/v1/dialogs/four")).Status);
    }

    /// <summary>A server's path has lost the difference of %2F and %252F.</summary>
    [Theory]
    [InlineData("a/b@[::1]")]
    [InlineData("a%2Fb")]
    [InlineData("a%b?c#d&e=f")]
    [InlineData("a//../b")]
    [InlineData("ä@ü\U0001F4DE")]
    public async Task Call_IDs_of_any_characters_are_found_by_their_path(string callId)
    {
        await using var host = await QueryHost.StartAsync();
        host.Call(callId);
        using var http = new HttpCaller(host);
        Assert.Equal(callId, (string)(await http.GetAsync($"/v1/dialogs/{Uri.EscapeDataString(callId)}")).Json["dialogs"]![0]!["callId"]!);
    }

    [Fact]
    public async Task Sums_have_their_zeros_and_groups_their_counts()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        var stats = (await http.GetAsync("/v1/stats")).Json;
        Assert.Equal(("3", "2", "0"), ((string)stats["activeTotal"]!, (string)stats["active"]!["confirmed"]!, (string)stats["final"]!["terminated"]!));
        var groups = (await http.GetAsync("/v1/groups?by=src&top=1")).Json;
        Assert.Equal("""[{"value":"alice@a.example","count":"2"}]""", groups["groups"]!.ToJsonString());
        Assert.True((bool)groups["limited"]!);
    }

    [Fact]
    public async Task Partial_answer_says_so_in_a_header_and_by_its_status_where_that_is_asked_for()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        foreach (var path in new[] { "/v1/count", "/v1/dialogs", "/v1/stats", "/v1/groups?by=src" })
        {
            var with = path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?");
            var partial = await http.GetAsync(path);
            Assert.Equal((200, "1"), (partial.Status, partial.Header("Dlgs-Missing-Partitions")));
            Assert.Equal(206, (await http.GetAsync(with + "partial=206")).Status);
            var refused = await http.GetAsync(with + "complete=true");
            Assert.Equal((503, "application/problem+json", "1"), (refused.Status, refused.MediaType, refused.Header("Retry-After")));
            Assert.Equal("[1]", refused.Json["missingPartitions"]!.ToJsonString());
        }
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Active);
        Assert.Equal((200, ""), ((await http.GetAsync("/v1/count?partial=206")).Status, (await http.GetAsync("/v1/count")).Header("Dlgs-Missing-Partitions")));
    }

    [Fact]
    public async Task Position_of_an_answer_is_taken_back_as_it_stands_and_as_whoever_forgot_to_encode_it_sends_it()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        var position = (string)(await http.GetAsync("/v1/count")).Json["coverage"]!["position"]!;
        foreach (var sent in new[] { Uri.EscapeDataString(position), position, position.Replace('+', '-').Replace('/', '_').TrimEnd('=') })
            Assert.Equal(200, (await http.GetAsync($"/v1/count?position={sent}")).Status);
    }

    [Fact]
    public async Task Tags_and_closes_answer_with_the_dialogs()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        var tagged = await http.PostAsync("/v1/tags", """{"callId": "one", "tag": "trunk-7"}""");
        Assert.Equal("""["trunk-7"]""", tagged.Json["dialogs"]![0]!["tags"]!.ToJsonString());
        Assert.Equal("1\n", (await http.GetAsync("/v1/count?tag=trunk-7", accept: "text/plain")).Text);
        Assert.Equal(200, (await http.DeleteAsync("/v1/tags?callId=one&tag=trunk-7")).Status);
        await http.PostAsync("/v1/tags", """{"callId": "one", "tag": "trunk-8"}""");
        var untagged = await http.PostAsync("/v1/tags/remove", """{"callId": "one", "tag": "trunk-8"}""");
        Assert.Null(untagged.Json["dialogs"]![0]!["tags"]);
        Assert.Equal("0\n", (await http.GetAsync("/v1/count?tag=trunk-7", accept: "text/plain")).Text);
        Assert.Equal(200, (await http.PostAsync("/v1/close", """{"callId": "one", "closedBy": "noc", "dryRun": true}""")).Status);
        Assert.Equal("3\n", (await http.GetAsync("/v1/count", accept: "text/plain")).Text);
        Assert.Equal("one", (string)(await http.PostAsync("/v1/close", """{"callId": "one", "closedBy": "noc"}""")).Json["dialogs"]![0]!["callId"]!);
        Assert.Equal("2\n", (await http.GetAsync("/v1/count", accept: "text/plain")).Text);
    }

    private static async Task<QueryHost> StartAsync()
    {
        var host = await QueryHost.StartAsync(partitions: 2);
        host.Call("one", src: "alice@a.example", dst: "böb@b.example");
        host.Call("two", src: "alice@a.example", tag: "vip");
        host.Call("three", src: "carol@c.example", steps: "180");
        return host;
    }
}
