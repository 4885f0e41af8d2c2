using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>An instance as the operator on its own host sees it.</summary>
public sealed class OperatedInstance : IDisposable
{
    private readonly ServiceChannel service;

    /// <summary>Names an instance; nothing is asked yet.</summary>
    /// <param name="options">Where it is, and how long it may take.</param>
    /// <exception cref="ArgumentException">
    /// The address is none, or several; a time is not above 0, or the file of authorities has none.
    /// </exception>
    public OperatedInstance(ServiceOptions options)
    {
        if (InstanceAddresses.TryParse(options.Address, out var addresses) && !addresses.AreOne)
            throw new ArgumentException($"'{options.Address}' are several instances: one is told by its own address, {ServiceAddress.Expected}.");
        service = new ServiceChannel(options);
    }

    /// <summary>Takes the instance out of service for good: others get its partitions, its process ends.</summary>
    /// <param name="deadline">For the handover. Default: that of the options.</param>
    /// <param name="cancellation">Ends the wait; the instance leaves all the same.</param>
    /// <returns>The partitions that were handed over, and those that were not, with the reason.</returns>
    /// <exception cref="QueryException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<LeaveResponse> LeaveAsync(TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        service.AskAsync((at, asked, call) => new InstanceControl.InstanceControlClient(at).LeaveAsync(asked, call), new LeaveRequest(),
            Repetition.DoesMore, deadline, cancellation);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => service.Dispose();
}
