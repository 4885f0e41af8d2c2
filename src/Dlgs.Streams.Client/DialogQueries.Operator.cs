using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>What an operator does to calls that are up.</summary>
public sealed partial class DialogQueries
{
    /// <summary>Puts a tag on ongoing dialogs of a Call-ID; twice is once. When the answer is there, counts of this instance have it.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs with the tag.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<TagResponse> AddTagAsync(TagRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.AddTagAsync, request, deadline, cancellation);

    /// <summary>Takes a tag off ongoing dialogs of a Call-ID; one that is not there stays away.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs without the tag.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<TagResponse> RemoveTagAsync(TagRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.RemoveTagAsync, request, deadline, cancellation);

    /// <summary>Ends dialogs that are stuck: their BYE was lost, or their proxy died.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; it may be done all the same.</param>
    /// <returns>The dialogs that were closed, as they were before.</returns>
    /// <exception cref="QueryException">It is not done, or nobody knows that it is.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<CloseResponse> CloseAsync(CloseRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.CloseDialogsAsync, request, deadline, cancellation);

    /// <summary>The instances of the service, as the one that is asked knows them, and what each has.</summary>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<DescribeClusterResponse> DescribeClusterAsync(TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.DescribeClusterAsync, new DescribeClusterRequest(), deadline, cancellation);
}
