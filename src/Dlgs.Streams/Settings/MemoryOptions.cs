using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>How much memory the process may hold before it does less.</summary>
internal sealed record MemoryOptions
{
    [Setting("memory_limit", "Memory above which scans are refused, transactions shrink and partitions wait to be taken over; calls go on. In bytes, or as "
        + "512MiB, 6GiB. 0: 75 % of the container's, or the machine's; no more than that has.")]
    [Size(128L << 20, 16L << 40)]
    public long Limit { get; init; }
}

[OptionsValidator]
internal sealed partial class MemoryOptionsCheck : IValidateOptions<MemoryOptions>;
