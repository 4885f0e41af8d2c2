using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>What an operator does to calls that are up.</summary>
public sealed partial class DialogQueries
{
    /// <summary>
    /// Puts a tag on ongoing dialogs of a Call-ID; twice is once. When the answer is there, so is the tag, and reads of this object have it at any instance.
    /// Asked again where an instance says that it cannot do it now.
    /// </summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs with the tag.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TagResponse> AddTagAsync(TagRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default)
    {
        var answer = await service.AskAsync((at, asked, call) => At(at).AddTagAsync(asked, call), request, Repetition.DoesTheSame, deadline, cancellation);
        HasWritten(answer.Position);
        return answer;
    }

    /// <summary>Takes a tag off ongoing dialogs of a Call-ID; one that is not there stays away. Asked again as a tag that is added.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs without the tag.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TagResponse> RemoveTagAsync(TagRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default)
    {
        var answer = await service.AskAsync((at, asked, call) => At(at).RemoveTagAsync(asked, call), request, Repetition.DoesTheSame, deadline, cancellation);
        HasWritten(answer.Position);
        return answer;
    }

    /// <summary>
    /// Ends dialogs that are stuck: their BYE was lost, or their proxy died. Asked again only where no instance has got it: to be done twice is harmless, but
    /// the second time it does not find what the first one closed.
    /// </summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs that were closed, as they were before.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<CloseResponse> CloseAsync(CloseRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default)
    {
        var answer = await service.AskAsync((at, asked, call) => At(at).CloseDialogsAsync(asked, call), request, Repetition.DoesMore, deadline, cancellation);
        HasWritten(answer.Positions);
        return answer;
    }
}
