using System.Runtime.CompilerServices;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>
/// Asks one instance or several about the calls that are up. For policy engines: one for the whole process; thread-safe, its disposal excepted. It
/// connects with the first question and keeps the connections. What an instance does not answer is asked of another, within the deadline and where
/// that is safe; what gets no answer is a <see cref="QueryException"/>, of the kind that says what to do.
/// </summary>
public sealed partial class DialogQueries : IDisposable
{
    private readonly ServiceChannel service;

    /// <summary>Names the instances; nothing is asked yet.</summary>
    /// <param name="options">Where they are, and how long they may take.</param>
    /// <exception cref="ArgumentException">
    /// The address is none, a time is not above 0, the attempts are not 1 to 10, or the file of authorities has none.
    /// </exception>
    public DialogQueries(ServiceOptions options)
        : this(options, resolve: null)
    {
    }

    internal DialogQueries(ServiceOptions options, ResolveHost? resolve)
    {
        service = new ServiceChannel(options, resolve);
        if (options.ReadYourWrites) writes = new OwnWrites(TimeProvider.System);
    }

    /// <summary>Names the instances by their addresses; the other options have their defaults.</summary>
    /// <param name="address">As <see cref="ServiceOptions.Address"/>.</param>
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
        ReadAsync((at, asked, call) => At(at).CountAsync(asked, call), request, request.Demand,
            demand => new CountRequest(request) { Demand = demand }, deadline, cancellation);

    /// <summary>The dialogs of one Call-ID, or the first ones that match a filter; none is an answer too.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<GetResponse> GetAsync(GetRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        ReadAsync((at, asked, call) => At(at).GetAsync(asked, call), request, request.Demand,
            demand => new GetRequest(request) { Demand = demand }, deadline, cancellation);

    /// <summary>How many dialogs are ongoing, and how many were settled, by state.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<StatsResponse> StatsAsync(StatsRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        ReadAsync((at, asked, call) => At(at).StatsAsync(asked, call), request, request.Demand,
            demand => new StatsRequest(request) { Demand = demand }, deadline, cancellation);

    /// <summary>Ongoing dialogs per src, dst, data, tag or state: the largest groups, or those above a number.</summary>
    /// <param name="request">Its fields are those of dialog_query.proto.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<GroupResponse> GroupAsync(GroupRequest request, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        ReadAsync((at, asked, call) => At(at).GroupAsync(asked, call), request, request.Demand,
            demand => new GroupRequest(request) { Demand = demand }, deadline, cancellation);

    /// <summary>The instances of the service, as the one that is asked knows them, and what each has.</summary>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<DescribeClusterResponse> DescribeClusterAsync(TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync((at, asked, call) => At(at).DescribeClusterAsync(asked, call), new DescribeClusterRequest(), Repetition.Reads, deadline, cancellation);

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
            var page = await ReadAsync((at, asked, call) => At(at).ListAsync(asked, call), next, next.Demand,
                demand => new ListRequest(next) { Demand = demand }, deadline, cancellation);
            next.PageToken = page.NextPageToken;
            yield return page;
        } while (next.PageToken.Length > 0);
    }

    /// <summary>
    /// Every change as it is committed, of the whole cluster, until cancelled. When the stream breaks, another one goes on from its last position, at
    /// another instance where there is one, and nothing comes twice or is lost; so it does after pauses of up to 5 s, for as long as it takes.
    /// </summary>
    /// <param name="request">Its fields are those of dialog_query.proto. Where the first stream does not begin, that fails.</param>
    /// <param name="broke">Told of each break, and why. Default: nobody is.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Responses without end; those without changes come at least every 5 s. The position of one is where to go on after it.</returns>
    /// <exception cref="QueryException">It cannot begin, or never go on: <see cref="ChangesDeletedException"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest request, Action<QueryException>? broke = null, CancellationToken cancellation = default) =>
        new Watching((next, token) => service.StreamAsync((at, asked, call) => At(at).Watch(asked, call), next, token), broke)
            .FollowAsync(request, cancellation);

    /// <summary>Closes the connections; what is under way ends.</summary>
    public void Dispose() => service.Dispose();
}
