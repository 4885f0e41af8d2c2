using System.Collections.Concurrent;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests;

/// <summary>Watches at whichever instance answers, and goes on from its last position when that breaks.</summary>
internal sealed class ChangeFollower : IAsyncDisposable
{
    private readonly ConcurrentQueue<DialogChange> changes = new();
    private readonly CancellationTokenSource end = new();
    private readonly Func<IEnumerable<string>> addresses;
    private readonly Task following;
    private ByteString position;

    public ChangeFollower(ByteString position, Func<IEnumerable<string>> addresses)
    {
        (this.position, this.addresses) = (position, addresses);
        following = Task.Run(FollowAsync);
    }

    /// <summary>As they came, those that came again included.</summary>
    public IReadOnlyCollection<DialogChange> Changes => changes;

    /// <summary>How often a stream ended under it.</summary>
    public int Breaks { get; private set; }

    /// <summary>Why one ended that could not go on.</summary>
    public Status? Refused { get; private set; }

    private async Task FollowAsync()
    {
        while (!end.IsCancellationRequested && Refused is null)
            foreach (var address in addresses())
                await FollowAsync(address);
    }

    private async Task FollowAsync(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            using var watch = new DialogQuery.DialogQueryClient(channel).Watch(new WatchRequest { Position = position }, cancellationToken: end.Token);
            await foreach (var response in watch.ResponseStream.ReadAllAsync(end.Token))
            {
                foreach (var change in response.Changes) changes.Enqueue(change);
                position = response.Position;
            }
        }
        catch (RpcException e)
        {
            Breaks++;
            if (e.StatusCode is StatusCode.OutOfRange or StatusCode.InvalidArgument or StatusCode.Unimplemented) Refused = e.Status;
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await following;
        end.Dispose();
    }
}
