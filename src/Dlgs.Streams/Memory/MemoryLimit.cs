using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Memory;

/// <summary>
/// Whether the process holds more than memory_limit, as last looked at. What its heap has free is not held: new calls take it first. Any thread may
/// ask. Calls come in whatever it says: what can be put off is, and what can be done in smaller steps.
/// </summary>
internal sealed class MemoryLimit
{
    /// <summary>Of the limit. It is short until there is less than this: at the limit itself it would come and go with each collection.</summary>
    private const double Relief = 0.95;

    private const double DefaultShare = 0.75;

    private readonly IProcessMemory process;
    private readonly TimeProvider time;
    private readonly string instance;
    private long used;
    private long shortSince;

    public MemoryLimit(IOptions<MemoryOptions> options, IOptions<ClusterOptions> cluster, IProcessMemory process, ServiceMeter meter, TimeProvider time)
    {
        (this.process, this.time, instance) = (process, time, cluster.Value.Instance);
        Limit = options.Value.Limit > 0 ? Math.Min(options.Value.Limit, process.Available) : (long)(process.Available * DefaultShare);
        meter.Show(new("dlgs.memory_resident", "By", "Memory that the process has, as the system sees it."), () => process.Resident);
        meter.Show(new("dlgs.memory_used", "By", "The same without what the heap has free."), () => process.Resident - process.Free);
        meter.Show(new("dlgs.memory_limit", "By", "Memory above which the instance does less (setting memory_limit)."), () => Limit);
        meter.Show(new("dlgs.memory_available", "By", "Memory that there is: of the container, or of the machine."), () => process.Available);
        meter.Show(new("dlgs.memory_short", "", "1 from when memory_used is above memory_limit until it is 5 % below; else 0."), () => IsShort ? 1 : 0);
    }

    public long Limit { get; }

    public bool IsShort => Volatile.Read(ref shortSince) != 0;

    /// <summary>How long it has been so; 0: it is not.</summary>
    public TimeSpan ShortFor => Volatile.Read(ref shortSince) is var since && since != 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>How it stands, in words for operators and callers.</summary>
    public string Words => $"instance {instance} holds {SizeAttribute.Words(Volatile.Read(ref used))}, and its memory_limit is {SizeAttribute.Words(Limit)}";

    /// <summary>Takes the measure; whether another state came of it.</summary>
    public bool Look()
    {
        var now = process.Resident - process.Free;
        Volatile.Write(ref used, now);
        var isShort = now > (IsShort ? (long)(Limit * Relief) : Limit);
        if (isShort == IsShort) return false;
        Volatile.Write(ref shortSince, isShort ? Math.Max(1, time.GetTimestamp()) : 0);
        return true;
    }
}
