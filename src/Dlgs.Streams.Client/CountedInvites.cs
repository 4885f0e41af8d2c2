using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>
/// Limits that hold however many calls are set up at once: each call is published first, and counted then, itself included and those left out that began
/// after it. So of a burst as many see a count within the limit as there is room for, and never more.
/// </summary>
public static class CountedInvites
{
    /// <summary>
    /// Publishes the INVITE of a call, and asks for counts that include it. The caller refuses the call where one is above its limit, and publishes the
    /// refusal as any message; until that is there, the call counts for the others too.
    /// </summary>
    /// <param name="publisher">Publishes the INVITE.</param>
    /// <param name="queries">Asks for the counts.</param>
    /// <param name="invite">The INVITE, with what the filters ask for.</param>
    /// <param name="request">What is counted, without exclude_call_id; up_to_call_id is set.
    /// A complete answer is demanded: a count without every partition is no limit.</param>
    /// <param name="deadline">For the counts. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; the INVITE may be published all the same.</param>
    /// <returns>A count for each filter, in order; one of all where there is none.</returns>
    /// <exception cref="EventNotPublishedException">The brokers have not taken the INVITE.</exception>
    /// <exception cref="QueryException">The INVITE is published, and the counts are not known.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<CountResponse> PublishAndCountAsync(
        this SipEventPublisher publisher, DialogQueries queries, SipEvent invite, CountRequest request, TimeSpan? deadline = null,
        CancellationToken cancellation = default)
    {
        var position = await publisher.PublishAsync(invite, cancellation);
        var counted = request.Clone();
        counted.Demand ??= new Demand();
        counted.Demand.Complete = true;
        counted.Demand.Positions.Add(position.ToPosition());
        counted.UpToCallId = invite.CallId;
        try
        {
            return await queries.CountAsync(counted, deadline, cancellation);
        }
        finally
        {
            // Only now: counts of other calls do not wait for this one.
            queries.HasWritten(position.ToPosition());
        }
    }
}
