using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Http;

/// <summary>What is asked: counts, dialogs, sums.</summary>
internal static class QueryRoutes
{
    private const string Text = "text/plain";

    private static readonly Core.Dialogs.NameTable<DialogView> Views = new(Enum.GetValues<DialogView>(), view => view.ToString().ToLowerInvariant());

    public static void MapQueries(this IEndpointRouteBuilder v1)
    {
        var queries = v1.MapGroup("").WithTags("Queries");
        queries.MapGet("/count", CountAsync).Asks(Rpc.Count).Produces<CountResponse>(contentType: ProtobufJson.MediaType, additionalContentTypes: Text)
            .WithSummary("How many ongoing dialogs match. With Accept: text/plain the bare number.");
        queries.MapPost("/count", CountManyAsync).Asks(Rpc.Count).Produces<CountResponse>(contentType: ProtobufJson.MediaType, additionalContentTypes: Text)
            .WithSummary("Several counts at once, one a filter. With Accept: text/plain a number a line.");
        queries.MapGet("/dialogs", ListAsync).Asks(Rpc.List).Produces<ListResponse>().WithSummary("Dialogs page by page.");
        queries.MapGet("/dialogs/{**callId}", GetAsync).Asks(Rpc.Get).Produces<GetResponse>()
            .WithSummary("The dialogs of one Call-ID, finished ones included; or 404.");
        queries.MapGet("/stats", StatsAsync).Asks(Rpc.Stats).Produces<StatsResponse>()
            .WithSummary("How many are ongoing, and how many have been settled, by state.");
        queries.MapGet("/cluster", DescribeCluster).Asks(Rpc.DescribeCluster).Produces<DescribeClusterResponse>()
            .WithSummary("The instances of the service, and what each has.");
        queries.MapGet("/groups", GroupAsync).Asks(Rpc.Group).Produces<GroupResponse>().WithSummary("Who has how many ongoing dialogs, the most first.");
    }

    private static Task<Answer> CountAsync([AsParameters] SelectionParameters selection, [AsParameters] CountParameters more,
        [AsParameters] AnswerParameters asked, DialogAnswers answers, HttpContext context) =>
        AnswerAsync(new CountRequest
        {
            Filters = { selection.ToFilters() },
            States = { selection.ToStates() },
            ExcludeCallId = more.ExcludeCallId ?? "",
            UpToCallId = more.UpToCallId ?? "",
            Demand = asked.ToDemand(),
        }, asked, answers, context);

    private static Task<Answer> CountManyAsync(
        MessageBody<CountRequest> body, [AsParameters] BodyAnswerParameters asked, DialogAnswers answers, HttpContext context) =>
        AnswerAsync(body.Message, new AnswerParameters { Partial = asked.Partial }, answers, context);

    private static async Task<Answer> AnswerAsync(CountRequest request, AnswerParameters asked, DialogAnswers answers, HttpContext context)
    {
        var isPartialTold = asked.WantsPartialStatus();
        var response = await answers.CountAsync(request, Caller.Of(context));
        return WantsText(context.Request)
            ? Answer.Numbers(response.Counts, response.Coverage, isPartialTold)
            : Answer.Whole(response, response.Coverage, isPartialTold);
    }

    private static async Task<Answer> ListAsync([AsParameters] SelectionParameters selection, [AsParameters] PageParameters page,
        [AsParameters] AnswerParameters asked, DialogAnswers answers, HttpContext context)
    {
        // A client makes it of a Call-ID "." or of none at all: it asked for one call, not for all.
        if (context.Request.Path.Value!.EndsWith('/')) throw QueryRefusal.NotFound("A Call-ID has to follow, percent-encoded; all dialogs are at /v1/dialogs.");
        var isPartialTold = asked.WantsPartialStatus();
        var response = await answers.ListAsync(new ListRequest
        {
            Filters = { selection.ToFilters() },
            States = { selection.ToStates() },
            PageSize = ParameterText.Count(page.Size, "pageSize"),
            PageToken = page.Token ?? "",
            InitBefore = ParameterText.Time(page.InitBefore, "initBefore"),
            View = View(page.View),
            Demand = asked.ToDemand(),
        }, Caller.Of(context));
        return Answer.Of(response, response.Coverage, isPartialTold);
    }

    private static async Task<Answer> GetAsync([AsParameters] CallParameters call, [AsParameters] AnswerParameters asked,
        DialogAnswers answers, HttpContext context)
    {
        var callId = CallIdPath.Of(context);
        var request = new GetRequest { CallId = callId, View = View(call.View), Demand = asked.ToDemand() };
        if (call.FromTag is not null) request.FromTag = call.FromTag;
        if (call.SinceCseq is not null) request.SinceCseq = ParameterText.CSeq(call.SinceCseq, "sinceCseq");
        var response = await answers.GetAsync(request, Caller.Of(context));
        if (response.Dialogs.Count == 0) throw QueryRefusal.NotFound("No dialog of this Call-ID is known, or it has been forgotten since it ended.");
        return Answer.Of(response, response.Coverage, asked.WantsPartialStatus());
    }

    private static async Task<Answer> StatsAsync([AsParameters] AnswerParameters asked, DialogTotals totals, HttpContext context)
    {
        var isPartialTold = asked.WantsPartialStatus();
        var response = await totals.StatsAsync(new StatsRequest { Demand = asked.ToDemand() }, Caller.Of(context));
        return Answer.Whole(response, response.Coverage, isPartialTold);
    }

    private static Answer DescribeCluster(ClusterDescription cluster) => Answer.Of(cluster.Describe());

    private static async Task<Answer> GroupAsync([AsParameters] SelectionParameters selection, [AsParameters] GroupParameters group,
        [AsParameters] AnswerParameters asked, DialogTotals totals, HttpContext context)
    {
        var isPartialTold = asked.WantsPartialStatus();
        var response = await totals.GroupAsync(new GroupRequest
        {
            By = group.By is null ? GroupField.Unspecified : (GroupField)ParameterText.Name(group.By, "by", GroupKeys.Names),
            Filters = { selection.ToFilters() },
            States = { selection.ToStates() },
            Top = ParameterText.Count(group.Top, "top"),
            Above = ParameterText.Number(group.Above, "above"),
            Demand = asked.ToDemand(),
        }, Caller.Of(context));
        return Answer.Whole(response, response.Coverage, isPartialTold);
    }

    private static DialogView View(string? text) => text is null ? DialogView.Full : ParameterText.Name(text, "view", Views);

    /// <summary>JSON unless text is what is wanted first; a browser's list of all that it can show is no wish.</summary>
    private static bool WantsText(HttpRequest request) =>
        request.GetTypedHeaders().Accept.MaxBy(type => type.Quality ?? 1) is { } first && first.MediaType.Equals(Text, StringComparison.OrdinalIgnoreCase);
}
