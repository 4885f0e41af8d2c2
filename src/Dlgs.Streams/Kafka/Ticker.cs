using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Appends ticks to input partitions: the broker's append time of a tick is what lets deadlines pass when nothing else comes. A tick too many
/// means nothing, and of one too few the next takes the place.
/// </summary>
internal sealed partial class Ticker(InputProducer input, ServiceMeter meter, TimeProvider time, ILogger<Ticker> logger)
{
    private static readonly TimeSpan SayInterval = TimeSpan.FromMinutes(1);

    private readonly RunningCount failures = meter.Count(
        new("dlgs.tick_failures", "{tick}", "Ticks that were not sent: where nothing else comes, no deadline passes."));
    private readonly SparseLines<string> lines = new(SayInterval, time);

    public void Tick(int partition) => input.Append(partition, key: null, new SipEvent { Tick = new Tick { Partition = partition } }, (error, _) =>
    {
        if (error.IsError) Failed(error, partition);
    });

    private void Failed(Error error, int partition)
    {
        failures.Add();
        if (lines.AreDue("not sent", out var untold)) LogFailed(logger, untold + 1, input.Topic, partition, error.Reason);
    }

    [LoggerMessage(10, LogLevel.Warning,
        "Ticks were not sent ({Count} since this was last said), {Topic} [{Partition}] for one: {Reason}. "
            + "Until one is, no call expires where nothing else comes")]
    private static partial void LogFailed(ILogger logger, long count, string topic, int partition, string reason);
}
