using Dlgs.Streams.Answers;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>What each room needs of the others. A room knows those below it; what one above is to do for it comes as a delegate, from here.</summary>
internal static class RoomServices
{
    public static void AddLanes(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Topics(provider.GetRequiredService<IOptions<ClusterOptions>>().Value.TopicPrefix)).AddSingleton<CallRules>();
        services.AddSingleton<EmbeddedBroker>().AddSingleton<KafkaClients>().AddSingleton<ClusterAdmin>();
        services.AddSingleton<GroupState>().AddSingleton<PartitionInquiry>();
        services.AddSingleton<RecordSizes>().AddSingleton<TopicCheck>().AddSingleton<InstanceNameCheck>().AddSingleton<LaneStart>();
        services.AddSingleton(provider =>
            new PartitionRegistry(provider.GetRequiredService<KafkaClients>().ProofLifetime, provider.GetRequiredService<TimeProvider>())
                .MeasuredBy(provider.GetRequiredService<ServiceMeter>()));
        services.AddSingleton<OpenInputProducer>(provider => provider.GetRequiredService<KafkaClients>().OpenInputProducer);
        services.AddSingleton<InputProducer>().AddSingleton<Ticker>();
        services.AddSingleton<EventAppender>().AddSingleton<AppendEvent>(provider => provider.GetRequiredService<EventAppender>().AppendAsync);
        services.AddMeter().AddSingleton<ILaneClients, LaneClients>().AddSingleton<LaneContext>().AddSingleton<LaneHost>();
        services.AddSingleton<ICommittedChanges, CommittedChanges>();
        services.AddSingleton<InputEnds>().AddSingleton<FindInputEnd>(provider => provider.GetRequiredService<InputEnds>().FindAsync);
        // Stopped in the other order: the lanes do not wait for the watch.
        services.AddSingleton<InputWatch>().AddSingleton<TopicWatch>().AddHostedService<ClusterWatch>();
        services.AddSingleton<LeaveGroup>(provider => provider.GetRequiredService<LaneHost>().LeaveAsync);
        services.AddHostedService(provider => provider.GetRequiredService<LaneHost>());
    }

    /// <summary>One for both.</summary>
    private static IServiceCollection AddMeter(this IServiceCollection services)
    {
        services.AddMetrics().TryAddSingleton<ServiceMeter>();
        return services;
    }

    public static void AddAnswers(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMeter().AddSingleton<QueryArguments>().AddSingleton<QueryGate>().AddSingleton<QueryMetrics>()
            .AddSingleton<PositionWait>().AddSingleton<QueryPath>()
            .AddSingleton<DialogAnswers>().AddSingleton<DialogTotals>()
            .AddSingleton<WatchLimits>().AddSingleton<DialogWatch>();
        services.AddSingleton<OperatorEvents>().AddSingleton<DialogTags>().AddSingleton<DialogCloses>();
    }
}
