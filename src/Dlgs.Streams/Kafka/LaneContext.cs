using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Ingest;
using Dlgs.Streams.Operations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>What all lanes of an instance share.</summary>
internal sealed class LaneContext(IOptions<DlgsOptions> options, KafkaClients clients, StoreRegistry registry, Ticker ticker, Metrics metrics)
{
    public DlgsOptions Settings { get; } = options.Value;

    public KafkaClients Clients => clients;

    public StoreRegistry Registry => registry;

    public Ticker Ticker => ticker;

    public Metrics Metrics => metrics;

    public ProxyClocks Clocks { get; } = new(metrics);

    public Topics Topics { get; } = new(options.Value.TopicPrefix);

    /// <summary>What the brokers last said of them.</summary>
    public WatchedTopics WatchedTopics { get; } = new();

    /// <summary>The largest record that the topic of dead letters takes.</summary>
    public int LetterBytes { get; set; } = TopicCheck.MaxRecordBytes;

    public TimeProvider Time { get; } = TimeProvider.System;

    public FieldLimits Limits { get; } = new(options.Value.LimitCallId, options.Value.LimitTag, options.Value.LimitText);

    public Lifetimes Lifetimes { get; } = new()
    {
        Init = TimeSpan.FromSeconds(options.Value.InitLifetime),
        Active = TimeSpan.FromSeconds(options.Value.ActiveLifetime),
        Finish = TimeSpan.FromSeconds(options.Value.FinishLifetime),
        Late = TimeSpan.FromSeconds(options.Value.LateLifetime),
        LimitSessionExpires = TimeSpan.FromSeconds(options.Value.LimitSessionExpires),
    };

    public Bounds Bounds { get; } = new() { RecordBytes = options.Value.LimitRecord };
}
