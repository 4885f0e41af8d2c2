using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Http;

/// <summary>What an operator does: tags, and ends to calls that are stuck.</summary>
internal static class OperatorRoutes
{
    public static void MapOperations(this IEndpointRouteBuilder v1)
    {
        var operations = v1.MapGroup("").WithTags("Operations");
        operations.MapPost("/tags", TagAsync).Asks(Rpc.AddTag).Produces<TagResponse>().WithSummary("Puts a tag on ongoing dialogs.");
        operations.MapDelete("/tags", UntagAsync).Asks(Rpc.RemoveTag).Produces<TagResponse>().WithSummary("Takes a tag off ongoing dialogs.");
        operations.MapPost("/tags/remove", UntagByPostAsync).Asks(Rpc.RemoveTag).Produces<TagResponse>()
            .WithSummary("Takes a tag off ongoing dialogs, for who has GET and POST only.");
        operations.MapPost("/close", CloseAsync).Asks(Rpc.CloseDialogs).Produces<CloseResponse>()
            .WithSummary("Ends dialogs that are stuck; try it with dryRun first.");
    }

    private static async Task<Answer> TagAsync(MessageBody<TagRequest> body, DialogTags tags, HttpContext context) =>
        Answer.Of(await tags.AddAsync(body.Message, Caller.Of(context)));

    private static async Task<Answer> UntagAsync([AsParameters] TagParameters tag, DialogTags tags, HttpContext context)
    {
        var request = new TagRequest { CallId = tag.CallId ?? "", Tag = tag.Tag ?? "", NoWait = ParameterText.Flag(tag.NoWait, "noWait") };
        if (tag.FromTag is not null) request.FromTag = tag.FromTag;
        if (tag.SinceCseq is not null) request.SinceCseq = ParameterText.CSeq(tag.SinceCseq, "sinceCseq");
        return Answer.Of(await tags.RemoveAsync(request, Caller.Of(context)));
    }

    private static async Task<Answer> UntagByPostAsync(MessageBody<TagRequest> body, DialogTags tags, HttpContext context) =>
        Answer.Of(await tags.RemoveAsync(body.Message, Caller.Of(context)));

    private static async Task<Answer> CloseAsync(MessageBody<CloseRequest> body, DialogCloses closes, HttpContext context)
    {
        var response = await closes.CloseAsync(body.Message, Caller.Of(context));
        return Answer.Of(response, response.Coverage);
    }
}
