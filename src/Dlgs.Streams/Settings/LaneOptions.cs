using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The lanes: how many, how much in one transaction, and when they tick, write and leave.</summary>
internal sealed record LaneOptions
{
    [Setting("lanes", "Threads that process partitions; 0: the smaller of cores and 4."), Count(0, 64)]
    public int Lanes { get; init; }

    [Setting("commit_interval_ms", "Milliseconds of input in one transaction."), Milliseconds(10, 5_000)]
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    [Setting("records_per_transaction", "Input records in one transaction, at most."), Count(1, 1_000_000)]
    public int RecordsPerTransaction { get; init; } = 50_000;

    [Setting("expiries_per_transaction", "Deadlines fired in one transaction, at most."), Count(1, 1_000_000)]
    public int ExpiriesPerTransaction { get; init; } = 20_000;

    [Setting("timer_interval", "Seconds without input after which a partition with a deadline that is due gets a tick."), Seconds(1, 3_600)]
    public TimeSpan TimerInterval { get; init; } = TimeSpan.FromSeconds(1);

    [Setting("output_format", "Format of dialog-changes and calls: protobuf or json."), Pattern("protobuf|json", "protobuf or json")]
    public string OutputFormat { get; init; } = "protobuf";

    [Setting("dead_letter_values", "What dead letters have of the record: keep (its key and value), or none (the headers alone, which say where it stands).")]
    [Pattern("keep|none", "keep or none")]
    public string DeadLetterValues { get; init; } = "keep";

    [Setting("restore_stall", "Seconds without progress after which a restore says why it stalls."), Seconds(1, 3_600)]
    public TimeSpan RestoreStall { get; init; } = TimeSpan.FromSeconds(30);

    [Setting("leave_on_stop", "When the instance is stopped, the others get its partitions at once, as by dlgs leave; a restart then moves them all. "
        + "Without it nobody has them until it returns, or its session is over.")]
    public bool LeaveOnStop { get; init; }

    public int LaneCount => Lanes > 0 ? Lanes : Math.Min(Environment.ProcessorCount, 4);

    public bool KeepsDeadValues => DeadLetterValues == "keep";

    public bool WritesJson => OutputFormat == "json";
}

[OptionsValidator]
internal sealed partial class LaneOptionsCheck : IValidateOptions<LaneOptions>;
