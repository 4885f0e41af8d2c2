using System.Net;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>A method as gRPC generates it, of one instance.</summary>
internal delegate AsyncUnaryCall<TAnswer> Ask<TRequest, TAnswer>(CallInvoker instance, TRequest request, CallOptions options);

/// <summary>A method whose answer is a stream, as gRPC generates it, of one instance.</summary>
internal delegate AsyncServerStreamingCall<TAnswer> Open<TRequest, TAnswer>(CallInvoker instance, TRequest request, CallOptions options);

/// <summary>
/// What goes to the instances, and again to others where that is safe; gRPC's own retries and hedges know neither which instance was asked nor what
/// its refusal says. What goes wrong leaves as a <see cref="QueryException"/>.
/// </summary>
internal sealed class ServiceChannel : IDisposable
{
    private const int MostAttempts = 10;

    private readonly ServiceOptions options;
    private readonly Instances instances;
    private readonly Func<CancellationToken, ValueTask<string>>? token;

    public ServiceChannel(ServiceOptions options, ResolveHost? resolve = null)
    {
        if (options.Deadline <= TimeSpan.Zero || options.ConnectTimeout <= TimeSpan.Zero || options.HedgingDelay <= TimeSpan.Zero)
            throw new ArgumentException("Deadline, ConnectTimeout and HedgingDelay: above 0.");
        if (options.Attempts is < 1 or > MostAttempts) throw new ArgumentException($"Attempts: 1 to {MostAttempts}.");
        this.options = options;
        token = BearerToken.Of(options);
        instances = new Instances(options, resolve ?? Dns.GetHostAddressesAsync);
    }

    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        Ask<TRequest, TAnswer> ask, TRequest request, Repetition repetition, TimeSpan? deadline, CancellationToken cancellation)
    {
        var limit = deadline ?? options.Deadline;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(deadline));
        var question = new Question(instances, options, token, repetition, limit);
        var answer = (CancellationToken ended) => UntilAnsweredAsync(question, ask, request, ended);
        return repetition is Repetition.Reads && options.HedgingDelay is { } delay && instances.AreSeveral
            ? await HedgedAsync(question, answer, delay, cancellation)
            : await answer(cancellation);
    }

    /// <summary>No deadline: it ends with its reader, or fails. Until it has begun, it may begin at another instance.</summary>
    public async IAsyncEnumerable<TAnswer> StreamAsync<TRequest, TAnswer>(
        Open<TRequest, TAnswer> open, TRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var question = new Question(instances, options, token, Repetition.Reads, Timeout.InfiniteTimeSpan);
        while (true)
        {
            using var at = await question.NextAsync(cancellation);
            using var call = open(at.Instance.Invoker, request, await question.OptionsAsync(cancellation));
            var hasBegun = false;
            var next = await NextAsync(at.Instance, call.ResponseStream, cancellation);
            for (; next.Has; next = await NextAsync(at.Instance, call.ResponseStream, cancellation))
            {
                hasBegun = true;
                yield return call.ResponseStream.Current;
            }
            if (next.Failure is null) yield break;
            if (question.PauseAfter(next.Failure) is not { } pause || hasBegun) throw await question.FailureAsync(cancellation);
            await Task.Delay(pause, cancellation);
        }
    }

    public void Dispose() => instances.Dispose();

    private static async Task<TAnswer> UntilAnsweredAsync<TRequest, TAnswer>(
        Question question, Ask<TRequest, TAnswer> ask, TRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            AttemptFailure failure;
            using (var at = await question.NextAsync(cancellation))
                try
                {
                    using var call = ask(at.Instance.Invoker, request, await question.OptionsAsync(cancellation));
                    var answer = await call.ResponseAsync;
                    at.Instance.Answered();
                    return answer;
                }
                catch (RpcException e)
                {
                    cancellation.ThrowIfCancellationRequested();
                    failure = new AttemptFailure(at.Instance, e);
                }
            if (question.PauseAfter(failure) is not { } pause) throw await question.FailureAsync(cancellation);
            await Task.Delay(pause, cancellation);
        }
    }

    /// <summary>The first answer of two counts; the other is given up.</summary>
    private static async Task<TAnswer> HedgedAsync<TAnswer>(
        Question question, Func<CancellationToken, Task<TAnswer>> answer, TimeSpan delay, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = answer(over.Token);
        if (await Task.WhenAny(first, Task.Delay(delay, over.Token)) == first || !question.HasAnother) return await first;
        var second = answer(over.Token);
        var (winner, other) = await Task.WhenAny(first, second) == first ? (first, second) : (second, first);
        if (!winner.IsCompletedSuccessfully)
        {
            await ((Task)other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (other.IsCompletedSuccessfully) (winner, other) = (other, winner);
        }
        await over.CancelAsync();
        await ((Task)other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await winner;
    }

    private static async Task<(bool Has, AttemptFailure? Failure)> NextAsync<TAnswer>(
        Instance instance, IAsyncStreamReader<TAnswer> answers, CancellationToken cancellation)
    {
        try
        {
            var has = await answers.MoveNext(cancellation);
            instance.Answered();
            return (has, null);
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            return (false, new AttemptFailure(instance, e));
        }
    }
}
