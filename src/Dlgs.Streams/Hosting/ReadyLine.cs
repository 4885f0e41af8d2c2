using Dlgs.Streams.Cluster;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// Says when the instance is ready, and what it has then; and again when it has settled on something else. Partitions come one by one, and
/// move between lanes and instances: a line each would be dozens at every start.
/// </summary>
internal sealed partial class ReadyLine(
    PartitionRegistry registry, ListenAddresses listening, FirstQuestions questions, Membership members, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<ReadyLine> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Partitions that one lane gave up are another's within less.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>A restore may take minutes: after so long it is said how far it is.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Which partitions this instance has, and how they are.</summary>
    private readonly record struct Standing(int Of, string Active, int Count, int Restoring, int Closed)
    {
        /// <summary>How long it has to last before it is told: all there are need not.</summary>
        public TimeSpan Proof => Of > 0 && Count == Of ? TimeSpan.Zero : Restoring > 0 || Count + Closed == 0 ? Patience : Settling;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It could not start: the command says why.
        if (!await lifetime.HasStartedAsync(stoppingToken)) return;
        Standing said = default, last = default;
        var isAsked = false;
        var (since, trueUntil) = (time.GetTimestamp(), time.GetTimestamp());
        for (; ; await Task.Delay(Period, time, stoppingToken))
        {
            var now = Look();
            if (now != last) (last, since) = (now, time.GetTimestamp());
            if (now == said) trueUntil = time.GetTimestamp();
            // It was something else for long enough to be noticed: that it is over is told, too.
            else if (time.GetElapsedTime(trueUntil) > Settling) said = default;
            if (now == said || now.Of == 0 || time.GetElapsedTime(since) < now.Proof) continue;
            // Ready is who answers in milliseconds.
            if (now.Count > 0 && !isAsked) await questions.AskAsync(stoppingToken);
            isAsked |= now.Count > 0;
            Say(said = now);
        }
    }

    private Standing Look()
    {
        var views = registry.Views;
        int[] active = [.. views.Where(view => view.Phase == PartitionPhase.Active).Select(view => view.Partition)];
        return new Standing(registry.PartitionCount, PartitionRanges.Of(active), active.Length,
            views.Count(view => view.Phase == PartitionPhase.Restoring), views.Count(view => view.Phase == PartitionPhase.Closed));
    }

    private void Say(Standing now)
    {
        var addresses = listening.Describe();
        var others = (now.Restoring > 0 ? $", {now.Restoring} are being restored" : "") + (now.Closed > 0 ? $", {now.Closed} stand still" : "");
        if (now.Count > 0) LogReady(logger, now.Count, now.Of, others, addresses);
        else if (members.Up.Count > 0 && others.Length == 0) LogIdle(logger, now.Of, addresses);
        else LogNotReady(logger, now.Of, others, addresses);
    }

    [LoggerMessage(20, LogLevel.Information, "ready: {Active} of {Partitions} partitions{Others}, {Addresses}")]
    private static partial void LogReady(ILogger logger, int active, int partitions, string others, string addresses);

    [LoggerMessage(18, LogLevel.Information, "ready: none of the {Partitions} partitions is here, other instances are asked, {Addresses}")]
    private static partial void LogIdle(ILogger logger, int partitions, string addresses);

    [LoggerMessage(19, LogLevel.Warning, "not ready: this instance has none of the {Partitions} partitions yet{Others}, {Addresses}")]
    private static partial void LogNotReady(ILogger logger, int partitions, string others, string addresses);
}
