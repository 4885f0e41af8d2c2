using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>What reads have of what was written before.</summary>
public sealed partial class DialogQueries
{
    private const string PositionsField = "demand.positions";

    private readonly OwnWrites? writes;

    /// <summary>Something was written, here or by a publisher: the reads that follow have it.</summary>
    internal void HasWritten(params IEnumerable<Position> positions) => writes?.Add(positions);

    private static DialogQuery.DialogQueryClient At(Grpc.Core.CallInvoker instance) => new(instance);

    /// <param name="ask">The method.</param>
    /// <param name="request">As the caller has it.</param>
    /// <param name="demand">What the caller demands.</param>
    /// <param name="demanding">The same request with another demand.</param>
    /// <param name="deadline">For the answer. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait.</param>
    private async Task<TAnswer> ReadAsync<TRequest, TAnswer>(
        Ask<TRequest, TAnswer> ask, TRequest request, Demand? demand, Func<Demand, TRequest> demanding, TimeSpan? deadline, CancellationToken cancellation)
    {
        if (writes?.AddedTo(demand) is { } added)
            try
            {
                return await service.AskAsync(ask, demanding(added), Repetition.Reads, deadline, cancellation);
            }
            // What was written is gone: the input was made anew. That is not the caller's to mend.
            catch (ArgumentRefusedException e) when (e.Field.StartsWith(PositionsField, StringComparison.Ordinal))
            {
                writes.Forget();
            }
        return await service.AskAsync(ask, request, Repetition.Reads, deadline, cancellation);
    }
}
