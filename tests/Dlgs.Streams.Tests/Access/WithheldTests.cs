using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Who may count, tag or close, and not read, is told of no number that it did not name.</summary>
public sealed class WithheldTests
{
    private const string Alice = "alice@a.example", Bob = "bob@b.example", Tag = "trunk-7";

    [Theory]
    [InlineData(GroupField.Src)]
    [InlineData(GroupField.Dst)]
    [InlineData(GroupField.Data)]
    [InlineData(GroupField.Tag)]
    public async Task Groups_keep_their_counts_and_not_their_values(GroupField by)
    {
        await using var guarded = await StartAsync();
        var groups = await Client(guarded, "count").GroupAsync(new GroupRequest { By = by }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(groups.ValuesWithheld);
        Assert.NotEmpty(groups.Groups);
        Assert.All(groups.Groups, group => Assert.Equal("", group.Value));
        Assert.All(groups.Groups, group => Assert.True(group.Count > 0));
    }

    [Fact]
    public async Task Value_that_an_eq_filter_names_and_the_state_are_there()
    {
        await using var guarded = await StartAsync();
        var client = Client(guarded, "count");
        var named = new GroupRequest { By = GroupField.Src, Filters = { new DialogFilter { Field = DialogField.Src, Value = Alice } } };
        Assert.Equal(Alice, Assert.Single((await client.GroupAsync(named, cancellationToken: TestContext.Current.CancellationToken)).Groups).Value);
        var other = new GroupRequest { By = GroupField.Dst, Filters = { new DialogFilter { Field = DialogField.Src, Value = Alice } } };
        Assert.Equal("", Assert.Single((await client.GroupAsync(other, cancellationToken: TestContext.Current.CancellationToken)).Groups).Value);
        var pattern = new GroupRequest
        {
            By = GroupField.Src, Filters = { new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Sw, Value = "alice" } },
        };
        Assert.Equal("", Assert.Single((await client.GroupAsync(pattern, cancellationToken: TestContext.Current.CancellationToken)).Groups).Value);
        var states = await client.GroupAsync(new GroupRequest { By = GroupField.State }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(("confirmed", false), (Assert.Single(states.Groups).Value, states.ValuesWithheld));
        var read = await Client(guarded, "read").GroupAsync(new GroupRequest { By = GroupField.Src }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([Alice, "carol@c.example"], read.Groups.Select(group => group.Value).Order(StringComparer.Ordinal));
    }

    /// <summary>Whatever it asks for, and whatever fails.</summary>
    [Fact]
    public async Task Nothing_that_who_may_only_count_can_ask_for_has_a_number()
    {
        await using var guarded = await StartAsync();
        var client = guarded.Http(token: guarded.Tokens.Issue("count"));
        string[] paths =
        [
            "/v1/count", "/v1/count?field=src&op=sw&value=a", "/v1/count?field=src&op=re&value=(", "/v1/count?partitions=true", "/v1/count?excludeCallId=c1",
            "/v1/stats", "/v1/groups?by=src", "/v1/groups?by=dst", "/v1/groups?by=data", "/v1/groups?by=tag&top=1", "/v1/groups?by=x", "/v1/dialogs",
            "/v1/dialogs/c1", "/v1/watch", "/v1/cluster", "/openapi.json", "/readyz", "/healthz", "/metrics", "/v1/tags?callId=c1",
        ];
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            foreach (var number in new[] { "a.example", "b.example", "c.example", "d.example", Tag, "account-1" })
                if (path != "/openapi.json") Assert.DoesNotContain(number, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_tags_and_closes_is_told_which_dialogs_and_not_whose()
    {
        await using var guarded = await StartAsync();
        var tagged = await Client(guarded, "tag").AddTagAsync(new TagRequest { CallId = "c1", Tag = "x", NoWait = true },
            cancellationToken: TestContext.Current.CancellationToken);
        AssertWithheld(Assert.Single(tagged.Dialogs));
        var closed = await Client(guarded, "close").CloseDialogsAsync(new CloseRequest { CallId = "c1", DryRun = true, ClosedBy = "x" },
            cancellationToken: TestContext.Current.CancellationToken);
        AssertWithheld(Assert.Single(closed.Dialogs));
        var shown = await Client(guarded, "both").CloseDialogsAsync(new CloseRequest { CallId = "c1", DryRun = true },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Alice, Assert.Single(shown.Dialogs).Src);
    }

    [Fact]
    public async Task Closes_are_signed_with_the_name_that_was_proved()
    {
        await using var guarded = await StartAsync();
        var client = Client(guarded, "both");
        await client.CloseDialogsAsync(new CloseRequest { CallId = "c1", ClosedBy = "somebody else", NoWait = true },
            cancellationToken: TestContext.Current.CancellationToken);
        await client.CloseDialogsAsync(new CloseRequest { CallId = "c2", NoWait = true }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["sub:both", "sub:both"], guarded.Host.Appends.Events.Select(written => written.Close.ClosedBy));
    }

    private static void AssertWithheld(Dialog dialog)
    {
        Assert.Equal(("c1", DialogState.Confirmed), (dialog.CallId, dialog.State));
        Assert.Equal(("", "", "", 0, 0), (dialog.Src, dialog.Dst, dialog.Data, dialog.Tags.Count, dialog.Legs.Count));
    }

    private static async Task<GuardedHost> StartAsync()
    {
        var guarded = await GuardedHost.StartAsync("sub:count=count; sub:read=read; sub:tag=tag; sub:close=close; sub:both=close,read");
        guarded.Host.Call("c1", Alice, Bob, "account-1", Tag);
        guarded.Host.Call("c2", "carol@c.example", "dave@d.example", "account-2", Tag);
        return guarded;
    }

    private static DialogQuery.DialogQueryClient Client(GuardedHost guarded, string caller) => new(guarded.Grpc(token: guarded.Tokens.Issue(caller)));
}
