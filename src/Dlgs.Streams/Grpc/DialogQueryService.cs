using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>DialogQuery over gRPC.</summary>
internal sealed class DialogQueryService(
    DialogAnswers answers, DialogTotals totals, DialogTags tags, DialogCloses closes, ClusterDescription cluster, DialogWatch watch,
    WatchLimits limits)
    : DialogQuery.DialogQueryBase
{
    public override Task<CountResponse> Count(CountRequest request, ServerCallContext context) => answers.CountAsync(request, context.ToCaller());

    public override Task<GetResponse> Get(GetRequest request, ServerCallContext context) => answers.GetAsync(request, context.ToCaller());

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context) => answers.ListAsync(request, context.ToCaller());

    public override async Task StreamList(ListRequest request, IServerStreamWriter<ListResponse> pages, ServerCallContext context)
    {
        await foreach (var page in answers.StreamListAsync(request, context.ToCaller()))
            await limits.TakenAsync(pages.WriteAsync(page, context.CancellationToken), context.GetHttpContext().Abort);
    }

    public override Task<GroupResponse> Group(GroupRequest request, ServerCallContext context) => totals.GroupAsync(request, context.ToCaller());

    public override Task<StatsResponse> Stats(StatsRequest request, ServerCallContext context) => totals.StatsAsync(request, context.ToCaller());

    public override Task<TagResponse> AddTag(TagRequest request, ServerCallContext context) => tags.AddAsync(request, context.ToCaller());

    public override Task<TagResponse> RemoveTag(TagRequest request, ServerCallContext context) => tags.RemoveAsync(request, context.ToCaller());

    public override Task<CloseResponse> CloseDialogs(CloseRequest request, ServerCallContext context) => closes.CloseAsync(request, context.ToCaller());

    public override Task<DescribeClusterResponse> DescribeCluster(DescribeClusterRequest request, ServerCallContext context) =>
        Task.FromResult(cluster.Describe());

    public override Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        watch.WatchAsync(request, responseStream.WriteAsync, context.GetHttpContext().Abort, context.ToCaller());
}

/// <summary>Callers as gRPC knows them.</summary>
internal static class Callers
{
    /// <summary>A deadline that nobody set is the end of time.</summary>
    public static Caller ToCaller(this ServerCallContext context) =>
        Caller.Of(context.GetHttpContext()) with
        {
            Gone = context.CancellationToken,
            Deadline = context.Deadline == DateTime.MaxValue ? null : context.Deadline,
        };
}
