using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;
using static Dlgs.Streams.Contracts.V1.TagEvent.Types;
using Dialog = Dlgs.Streams.Core.Dialogs.Dialog;

namespace Dlgs.Streams.Answers;

/// <summary>Puts operators' tags on ongoing dialogs and takes them off. Each throws <see cref="QueryRefusal"/>.</summary>
internal sealed class DialogTags(QueryArguments arguments, QueryPath path, OperatorEvents events, ClusterQueries cluster, AuditLog audit)
{
    public Task<TagResponse> AddAsync(TagRequest request, Caller caller) =>
        audit.TagAsync(caller, Rpc.AddTag, request, () => ShownAsync(SetAsync(request, Operation.Add, caller), caller));

    public Task<TagResponse> RemoveAsync(TagRequest request, Caller caller) =>
        audit.TagAsync(caller, Rpc.RemoveTag, request, () => ShownAsync(SetAsync(request, Operation.Remove, caller), caller));

    private static async Task<TagResponse> ShownAsync(Task<TagResponse> setting, Caller caller)
    {
        var response = await setting;
        return new TagResponse { Position = response.Position, Dialogs = { Withheld.For(caller, response.Dialogs) } };
    }

    private Task<TagResponse> SetAsync(TagRequest request, Operation operation, Caller caller)
    {
        var named = Read(request);
        var tag = arguments.Tag(request.Tag, "tag");
        if (cluster.Spans(caller)) return cluster.TagAsync(request, named.CallId, operation == Operation.Add, caller);
        return path.WriteAsync(isScan: false, async cancellation =>
        {
            var owner = path.PartitionOf(named.CallId);
            var (dialogs, planned) = await path.FindAsync(request.Demand, isScan: false, owner, (coverage, _) =>
                Plan(coverage.Answering[0].Store, named, tag, operation), peer: null, cancellation);
            var written = await events.AppendAsync(planned, cancellation);
            if (!request.NoWait)
            {
                dialogs = await events.ReadBackAsync(written, demand => LookAgainAsync(demand, named, dialogs, cancellation), cancellation);
                Check(dialogs, tag, operation);
            }
            return new TagResponse { Position = written[0], Dialogs = { dialogs.Select(d => d.ToRecord()) } };
        }, caller);
    }

    private NamedDialogs Read(TagRequest request)
    {
        if (request.HasSinceCseq && !request.HasFromTag) throw QueryRefusal.Argument("since_cseq", "with from_tag only.");
        return new NamedDialogs(arguments.CallId(request.CallId, "call_id", least: 1))
        {
            FromTag = request.HasFromTag ? request.FromTag : null,
            SinceCSeq = request.HasSinceCseq ? request.SinceCseq : null,
        };
    }

    /// <summary>The dialogs that it is for, and the events that do it.</summary>
    private (IReadOnlyList<Dialog> Dialogs, SipEvent[] Events) Plan(DialogStore store, NamedDialogs named, string tag, Operation operation)
    {
        var dialogs = named.FindOngoing(store);
        // Beyond the bound the smallest stay: one tag more would push out another.
        if (operation == Operation.Add && dialogs.FirstOrDefault(d => d.Tags.Length == Bounds.Tags && !d.Tags.Contains(tag)) is { } full)
            throw QueryRefusal.NotTaken($"{full.Id.ToText()} carries {Bounds.Tags} tags already, as many as a dialog may.");
        var known = Later(dialogs.Max(d => d.LastSeen), store.LatestTagEvent(named.CallId, System.Text.Encoding.UTF8.GetBytes(tag)));
        // Without a From-tag an event is about all callers: one who has none is named with each of the dialogs.
        var targets = named is { FromTag: "", SinceCSeq: null } ? dialogs.Select(d => (uint?)d.Id.SinceCSeq) : [named.SinceCSeq];
        return (dialogs, [.. targets.Select(since =>
        {
            var sipEvent = events.Begin(named.CallId, named.FromTag ?? "", known);
            sipEvent.TagEvent = new TagEvent { Operation = operation, Tag = tag };
            if (since is { } cseq) sipEvent.TagEvent.SinceCseq = cseq;
            return sipEvent;
        })]);
    }

    private Task<IReadOnlyList<Dialog>> LookAgainAsync(Demand demand, NamedDialogs named, IReadOnlyList<Dialog> before, CancellationToken cancellation) =>
        path.FindAsync<IReadOnlyList<Dialog>>(demand, isScan: false, path.PartitionOf(named.CallId), (coverage, _) =>
            [.. coverage.Answering[0].Store.DialogsOf(named.CallId).Where(now => before.Any(d => d.Id == now.Id))], peer: null, cancellation);

    /// <summary>A Call that is full takes no tag events, and a bound of its tags may be reached: what the dialogs say is what was done.</summary>
    private static void Check(IReadOnlyList<Dialog> dialogs, string tag, Operation operation)
    {
        var isAdd = operation == Operation.Add;
        if (dialogs.FirstOrDefault(d => !d.State.IsFinished() && d.Tags.Contains(tag) != isAdd) is not { } wrong) return;
        var why = wrong.Overflow ? "its Call takes no more events (overflow)" : "a later event says otherwise";
        throw QueryRefusal.NotTaken($"{wrong.Id.ToText()} {(isAdd ? "does not carry" : "still carries")} the tag: {why}.");
    }

    private static SipTime? Later(SipTime? a, SipTime? b) => a is null || b > a ? b : a;
}
