using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Dlgs.Streams.Tests.Http;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Each thing that an operator does, or is kept from, has its line, with no number in it.</summary>
public sealed class AuditTests
{
    private const string Call = "secret-call@a.example";

    [Fact]
    public async Task Who_did_what_and_what_became_of_it()
    {
        await using var guarded = await GuardedHost.StartAsync("sub:ops=tag,close; sub:policy=count");
        guarded.Host.Call(Call, "+4930123456", "+4940123456");
        var ops = new DialogQuery.DialogQueryClient(guarded.Grpc(token: guarded.Tokens.Issue("ops")));
        var token = TestContext.Current.CancellationToken;
        await ops.AddTagAsync(new TagRequest { CallId = Call, Tag = "+49301" }, cancellationToken: token);
        await ops.RemoveTagAsync(new TagRequest { CallId = Call, Tag = "+49301" }, cancellationToken: token);
        await RefusedAsync(ops.RemoveTagAsync(new TagRequest { CallId = "unknown", Tag = "x" }, cancellationToken: token).ResponseAsync);
        var filter = new DialogFilter { Field = DialogField.Src, Value = "+4930123456" };
        await ops.CloseDialogsAsync(new CloseRequest { Filter = filter, DryRun = true }, cancellationToken: token);
        await ops.CloseDialogsAsync(new CloseRequest { CallId = Call }, cancellationToken: token);
        var control = new InstanceControl.InstanceControlClient(guarded.Grpc(token: guarded.Tokens.Issue("ops")));
        await control.LeaveAsync(new LeaveRequest(), cancellationToken: token);
        var policy = new DialogQuery.DialogQueryClient(guarded.Grpc(token: guarded.Tokens.Issue("policy")));
        await RefusedAsync(policy.CloseDialogsAsync(new CloseRequest { CallId = Call }, cancellationToken: token).ResponseAsync);

        var lines = Lines(guarded.Host);
        Assert.Collection(lines,
            line => Assert.Matches("^sub:ops: AddTag of Call [0-9a-f]{12}: 1 dialog$", line),
            line => Assert.Matches("^sub:ops: RemoveTag of Call [0-9a-f]{12}: 1 dialog$", line),
            line => Assert.Matches(@"^sub:ops: RemoveTag of Call [0-9a-f]{12}: refused \(not-found\)$", line),
            line => Assert.Equal("sub:ops: CloseDialogs of src eq ***: 1 dialog, dry run", line),
            line => Assert.Matches("^sub:ops: CloseDialogs of Call [0-9a-f]{12}: 1 dialog$", line),
            line => Assert.Equal("sub:ops: Leave of this instance: begun", line),
            line => Assert.StartsWith("sub:ops: Leave of this instance: ", line, StringComparison.Ordinal),
            line => Assert.Matches(@"^sub:policy: .*CloseDialogs: refused: it has not the role\. 0 more were refused.*$", line));
        Assert.All(lines, line => Assert.DoesNotMatch(@"\+49|secret", line));
    }

    [Fact]
    public async Task Without_a_name_the_address_stands_there_on_every_surface()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("c1");
        using var http = new HttpCaller(host);
        await host.AddTagAsync(new TagRequest { CallId = "c1", Tag = "x" });
        await http.PostAsync("/v1/tags", """{"callId":"c1","tag":"y"}""");
        await http.PostAsync("/v1/close", """{"callId":"c1","closedBy":"me"}""");
        Assert.Equal(["127.0.0.1: AddTag", "127.0.0.1: AddTag", "127.0.0.1: CloseDialogs"], Lines(host).Select(line => line.Split(" of ")[0]));
    }

    private static string[] Lines(QueryHost host) => [.. host.Log.All.Where(line => line.Category == AuditLog.Category).Select(line => line.Message)];

    private static async Task RefusedAsync(Task call) => await Assert.ThrowsAsync<RpcException>(() => call);
}
