using System.Runtime.CompilerServices;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>One watch over as many streams as it takes.</summary>
/// <param name="watch">Opens a stream.</param>
/// <param name="broke">Told of each break.</param>
internal sealed class Watching(Func<WatchRequest, CancellationToken, IAsyncEnumerable<WatchResponse>> watch, Action<QueryException>? broke)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly SeenChanges seen = new();
    private bool hasBegun;
    private bool isBroken;
    private TimeSpan pause = ShortestPause;

    public async IAsyncEnumerable<WatchResponse> FollowAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = request.Clone();
        while (true)
        {
            await using var responses = watch(next, cancellation).GetAsyncEnumerator(cancellation);
            while (await HasNextAsync(responses))
            {
                var response = responses.Current;
                (hasBegun, isBroken, pause, next.Position) = (true, false, ShortestPause, response.Position);
                seen.RemoveFrom(response.Changes);
                yield return response;
            }
            await Task.Delay(pause, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>What did not begin, or cannot go on from its position, is its caller's to decide.</summary>
    private async Task<bool> HasNextAsync(IAsyncEnumerator<WatchResponse> responses)
    {
        try
        {
            return await responses.MoveNextAsync();
        }
        // Whatever ended it: one that began once can begin again, unless it is its position that is refused.
        catch (QueryException e) when (hasBegun && e is not (ChangesDeletedException or ArgumentRefusedException))
        {
            // A stream that does not begin either is the same break.
            if (!isBroken) broke?.Invoke(e);
            isBroken = true;
            return false;
        }
    }
}
