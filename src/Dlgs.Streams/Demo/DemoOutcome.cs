using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Demo;

/// <summary>What came out of the service so far. One thread takes changes, others look.</summary>
internal sealed class DemoOutcome
{
    private const int Kept = 14;

    private readonly Lock taking = new();
    private readonly DemoJudge judge = new();
    private readonly Queue<DialogChange> latest = new();
    /// <summary>The calls that may still change, and whether they are up: one that was refused may be tried again. Every recorded call is one dialog.</summary>
    private readonly Dictionary<string, bool> isUp = [];
    private int settled;
    private int changes;

    /// <summary>Calls of which something came out.</summary>
    public int Begun
    {
        get
        {
            lock (taking) return isUp.Count + settled;
        }
    }

    /// <summary>The calls that began are those that are up and those that ended, at any time.</summary>
    public string Totals
    {
        get
        {
            lock (taking)
            {
                var (begun, up) = (isUp.Count + settled, isUp.Values.Count(isUp => isUp));
                return $"{begun} calls replayed: {up} up, {begun - up} ended; {changes} changes";
            }
        }
    }

    /// <summary>The oldest first.</summary>
    public DialogChange[] Latest
    {
        get
        {
            lock (taking) return [.. latest];
        }
    }

    public void Take(DialogChange change)
    {
        lock (taking)
        {
            judge.Take(change);
            changes++;
            if (!change.Settled) isUp[change.CallId] = change.State is not (DialogState.Terminated or DialogState.NotAnswered);
            else if (isUp.Remove(change.CallId)) settled++;
            latest.Enqueue(change);
            if (latest.Count > Kept) latest.Dequeue();
        }
    }

    /// <summary>The calls that came out otherwise than inspect has them.</summary>
    public string[] Faults(IReadOnlyList<DemoTraffic.Begun> calls)
    {
        lock (taking) return [.. calls.Select(judge.Fault).OfType<string>()];
    }
}
