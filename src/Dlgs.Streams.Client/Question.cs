using Grpc.Core;

namespace Dlgs.Streams.Client;

/// <summary>
/// One question over all its attempts: whom to ask next, whether at all, and what it failed with. Thread-safe: a hedged one has two at a time.
/// </summary>
/// <param name="instances">Whom it may be asked.</param>
/// <param name="options">How often.</param>
/// <param name="token">Who asks; null: it is not said.</param>
/// <param name="repetition">What may be asked again.</param>
/// <param name="limit">From now on; infinite: for ever.</param>
internal sealed class Question(
    Instances instances, ServiceOptions options, Func<CancellationToken, ValueTask<string>>? token, Repetition repetition, TimeSpan limit)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly long begun = TimeProvider.System.GetTimestamp();
    private readonly Lock changing = new();
    private readonly List<Instance> asked = [];
    private readonly List<AttemptFailure> failures = [];
    private int attempts;
    private int round;

    /// <summary>Null: none.</summary>
    public DateTime? Deadline { get; } = limit == Timeout.InfiniteTimeSpan ? null : TimeProvider.System.GetUtcNow().UtcDateTime + limit;

    private TimeSpan Left => limit == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : limit - TimeProvider.System.GetElapsedTime(begun);

    /// <summary>Whether there is one to ask that was not asked yet.</summary>
    public bool HasAnother
    {
        get
        {
            lock (changing) return attempts < options.Attempts && instances.Known.Any(instance => !asked.Contains(instance));
        }
    }

    /// <summary>With what it goes to whoever is asked. Throws the <see cref="QueryException"/> where there is no token.</summary>
    public async ValueTask<CallOptions> OptionsAsync(CancellationToken cancellation)
    {
        var call = new CallOptions(deadline: Deadline, cancellationToken: cancellation);
        if (token is null) return call;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Deadline is not null) time.CancelAfter(Left > TimeSpan.Zero ? Left : TimeSpan.Zero);
        string text;
        try
        {
            text = await token(time.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimedOutException($"There was no token within {limit.TotalSeconds} s.", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UnauthenticatedException($"There is no token: {e.Message}", e);
        }
        if (!BearerToken.IsOne(text)) throw new UnauthenticatedException("What was given as a bearer token is none.", cause: null);
        return call.WithHeaders(new Metadata { { "Authorization", $"Bearer {text}" } });
    }

    /// <summary>Whom to ask. Throws the <see cref="QueryException"/> where there is nobody in time.</summary>
    public async ValueTask<Visit> NextAsync(CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (instances.AreSeveral && Deadline is not null) time.CancelAfter(Left > TimeSpan.Zero ? Left : TimeSpan.Zero);
        try
        {
            while (true)
            {
                Instance[] before;
                lock (changing) before = [.. asked];
                var next = await instances.EnterAsync(before, time.Token);
                if (Notes(next, before)) return new Visit(next);
                next.Leave();
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimedOutException($"No instance was connected within {limit.TotalSeconds} s.", e);
        }
    }

    /// <summary>False: the question's other half has chosen the same one meanwhile.</summary>
    private bool Notes(Instance next, Instance[] before)
    {
        lock (changing)
        {
            if (asked.Contains(next) && !before.Contains(next)) return false;
            attempts++;
            asked.Add(next);
            return true;
        }
    }

    /// <summary>How long to wait before it is asked again; null: it is not.</summary>
    public TimeSpan? PauseAfter(AttemptFailure failure)
    {
        if (failure.IsOfInstance) failure.Instance.Failed();
        lock (changing)
        {
            failures.Add(failure);
            if (!repetition.MayFollow(failure) || attempts >= options.Attempts) return null;
            var isElsewhere = instances.Known.Any(instance => !asked.Contains(instance));
            // Each instance that answers for all says the same, as a rule: one more may know better.
            if (failure.IsOfPartitions) return isElsewhere && failures.Count(other => other.IsOfPartitions) == 1 ? TimeSpan.Zero : null;
            if (isElsewhere) return TimeSpan.Zero;
            // Where nobody is anywhere, that is the answer.
            if (failures.TrueForAll(other => other.IsUnsent)) return null;
            asked.Clear();
            var pause = FirstPause * (1 << round++) * (0.5 + Random.Shared.NextDouble());
            return pause < Left ? pause : null;
        }
    }

    /// <summary>
    /// What the caller gets: the last failure, or one in which the service had a word; with more than one instance it says what each of them said.
    /// </summary>
    public async Task<QueryException> FailureAsync(CancellationToken cancellation)
    {
        AttemptFailure[] told;
        lock (changing) told = [.. failures.GroupBy(failure => failure.Instance).Select(each => each.Last())];
        var main = told.LastOrDefault(failure => !failure.IsOfConnection) ?? told[^1];
        var probeLimit = Left < options.ConnectTimeout ? Left : options.ConnectTimeout;
        var all = await Task.WhenAll(told.Select(failure => failure.ToQueryExceptionAsync(limit, probeLimit, cancellation)));
        var failure = all[Array.IndexOf(told, main)];
        if (instances.AreSeveral) failure.Tell([failure, .. all.Where(other => other != failure)]);
        return failure;
    }
}
