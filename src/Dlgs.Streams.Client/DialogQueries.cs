using System.Runtime.CompilerServices;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>
/// Asks an instance about the calls that are up. For policy engines: one for the whole process; thread-safe, its disposal excepted. It connects
/// with the first question and keeps the connection. What gets no answer is a <see cref="QueryException"/>, of the kind that says what to do;
/// nothing is asked twice by itself.
/// </summary>
public sealed partial class DialogQueries : IDisposable
{
    private readonly ServiceChannel service;
    private readonly DialogQuery.DialogQueryClient client;

    /// <summary>Names an instance; nothing is asked yet.</summary>
    /// <param name="options">Where it is, and how long it may take.</param>
    /// <exception cref="ArgumentException">The address is none, a time is not above 0, or the file of authorities has none.</exception>
    public DialogQueries(ServiceOptions options)
    {
        service = new ServiceChannel(options);
        client = new DialogQuery.DialogQueryClient(service.Invoker);
    }

    /// <summary>Names an instance by its address; the other options have their defaults.</summary>
    /// <param name="address">Scheme, host and port, as http://127.0.0.1:5090.</param>
    /// <exception cref="ArgumentException">The address is none.</exception>
    public DialogQueries(string address)
        : this(new ServiceOptions { Address = address })
    {
    }

    /// <summary>How many dialogs are ongoing: all, or as many as match each filter.</summary>
    /// <param name="request">
    /// Its fields are those of dialog_query.proto. Unless it demands a complete answer, look at the coverage: an answer may be partial, and says so.
    /// </param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>A count for each filter, in order; one of all where there is none.</returns>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<CountResponse> CountAsync(CountRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.CountAsync, request, deadline, cancellation);

    /// <summary>The dialogs of one Call-ID, or the first ones that match a filter; none is an answer too.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<GetResponse> GetAsync(GetRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.GetAsync, request, deadline, cancellation);

    /// <summary>How many dialogs are ongoing, and how many were settled, by state.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<StatsResponse> StatsAsync(StatsRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.StatsAsync, request, deadline, cancellation);

    /// <summary>Ongoing dialogs per src, dst, data, tag or state: the largest groups, or those above a number.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<GroupResponse> GroupAsync(GroupRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync(client.GroupAsync, request, deadline, cancellation);

    /// <summary>All dialogs that match, page after page; each page is asked for when it is wanted, and may be empty.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto; with a page_token the list goes on there.</param>
    /// <param name="deadline">For each page. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer, or none any more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async IAsyncEnumerable<ListResponse> ListAsync(
        ListRequest request, TimeSpan? deadline = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var next = request.Clone();
        do
        {
            var page = await service.AskAsync(client.ListAsync, next, deadline, cancellation);
            next.PageToken = page.NextPageToken;
            yield return page;
        } while (next.PageToken.Length > 0);
    }

    /// <summary>
    /// Every change as it is committed, of the whole cluster, until cancelled. When the stream breaks, another one goes on from its last position, and
    /// nothing comes twice or is lost; so it does after pauses of up to 5 s, for as long as it takes.
    /// </summary>
    /// <param name="request">Its fields are those of dialog_query.proto. Where the first stream does not begin, that fails.</param>
    /// <param name="broke">Told of each break, and why. Default: nobody is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Responses without end; those without changes come at least every 5 s. The position of one is where to go on after it.</returns>
    /// <exception cref="QueryException">It cannot begin, or never go on: <see cref="ChangesDeletedException"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest request, Action<QueryException>? broke = null, CancellationToken cancellation = default) =>
        new Watching((next, token) => service.StreamAsync(client.Watch, next, token), broke).FollowAsync(request, cancellation);

    /// <summary>Closes the connection; what is under way ends.</summary>
    public void Dispose() => service.Dispose();
}
