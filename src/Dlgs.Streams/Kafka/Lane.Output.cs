using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The lane's transactional producer: opened where it is needed, and replaced when it may not be used again.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Producers left behind in a call that hangs, at most: each is threads and connections.</summary>
    private const int MaxHangingCalls = 3;

    private readonly List<Task> hangingCalls = [];

    private bool TryAbort()
    {
        if (output is null or { Hanging: not null }) return false;
        try
        {
            output.Abort(AbortTimeout);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private bool TryEnsureOutput()
    {
        try
        {
            EnsureOutput();
            return true;
        }
        catch (KafkaException e) when (LaneHost.RefusedSetting(e.Error) is null)
        {
            if (reminders.AreDue("no output")) LogNoOutput(logger, lane, Explain(e.Error));
            return false;
        }
    }

    /// <summary>With reports where a record was refused and it is not known which.</summary>
    private LaneOutput EnsureOutput(bool needsReports = false)
    {
        // They cost memory and time, so not for longer than somebody is under suspicion.
        if (output is not null && (needsReports ? output.HasReports : !output.HasReports || partitions.Values.Any(partition => partition.IsAlone)))
            return output;
        if (output is not null) Replace("reports");
        hangingCalls.RemoveAll(call => call.IsCompleted);
        if (hangingCalls.Count >= MaxHangingCalls)
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{hangingCalls.Count} calls of clients that were left behind still hang"));
        var opened = new LaneOutput(context, context.Clients.IdentityOf(lane), clients.OpenOutput(lane, Events, needsReports), needsReports, stopping);
        try
        {
            opened.Init(InitTimeout);
        }
        catch
        {
            End(opened);
            throw;
        }
        return output = opened;
    }

    /// <summary>Takes another producer before the next transaction.</summary>
    private void Replace(string reason)
    {
        if (output is null) return;
        context.Metrics.ProducersReplaced.Add(reason);
        End(output);
        output = null;
    }

    private string Explain(Error error) => context.Cluster.Explain(error, $"WRITE {string.Join(", ", context.Topics.Outputs)}");

    private void End(LaneOutput ended)
    {
        ended.Dispose();
        if (ended.Hanging is { } hanging) hangingCalls.Add(hanging);
    }
}
