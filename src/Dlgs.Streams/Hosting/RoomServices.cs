using System.Net;
using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Client;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Grpc.Peers;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Sip;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>What each room needs of the others. A room knows those below it; what one above is to do for it comes as a delegate, from here.</summary>
internal static class RoomServices
{
    public static void AddLanes(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddTopics().AddSingleton<CallRules>().AddSingleton<ClusterAdmin>();
        services.AddMemory().AddSingleton<GroupState>().AddSingleton<PartitionInquiry>().AddSingleton<TakeOverTurn>();
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

    /// <summary>One for both. Whoever watches it is the host's.</summary>
    private static IServiceCollection AddMemory(this IServiceCollection services)
    {
        services.TryAddSingleton<IProcessMemory, ProcessMemory>();
        services.TryAddSingleton<MemoryLimit>();
        return services;
    }

    /// <summary>One for both.</summary>
    private static IServiceCollection AddMeter(this IServiceCollection services)
    {
        services.AddMetrics().TryAddSingleton<ServiceMeter>();
        return services;
    }

    /// <summary>What calls are counted under, where a file says it. It is read at once: one that is wrong stops the start.</summary>
    public static void AddRules(this IServiceCollection services, IConfigurationManager configuration)
    {
        services.AddMeter().AddSingleton<RuleMetrics>();
        if (configuration.Read<RuleOptions>().File is not { Length: > 0 } file) return;
        var rules = AttributeRules.Load(file);
        services.AddSingleton(provider => rules.MeasuredBy(provider.GetRequiredService<RuleMetrics>()));
    }

    /// <summary>Who may ask what.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMask().AddMeter().AddSingleton<AuditLog>().AddSingleton<RefusalCounts>().AddSingleton<Entrances>();
        return services.AddSingleton<TlsFiles>().AddHostedService(provider => provider.GetRequiredService<TlsFiles>());
    }

    /// <summary>Where HEP comes in; where that is nowhere, it does nothing.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMeter().AddSingleton<SenderCheck>().AddSingleton<Agents>().AddSingleton<GatewayLines>().AddSingleton<IntakeContext>();
        services.AddSingleton(provider => new SegmentedMessages(
            provider.GetRequiredService<IOptions<GatewayOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => FieldLimitsOf(provider.GetRequiredService<IOptions<LimitOptions>>().Value));
        services.AddSingleton<OpenEventQueue>(provider => () => new PublisherQueue(
            new SipEventPublisher(provider.GetRequiredService<KafkaClients>().GatewayProducer(), provider.GetRequiredService<Topics>().SipEvents)
            {
                MaxWaitingBytes = provider.GetRequiredService<IOptions<GatewayOptions>>().Value.Queue,
            }));
        services.AddSingleton<GatewayProducer>().AddSingleton<UdpListener>().AddSingleton<HepConnections>().AddSingleton<GatewayUpkeep>();
        services.AddSingleton<GatewayHost>().AddHostedService(provider => provider.GetRequiredService<GatewayHost>());
        return services.AddHostedService<GatewayReadyLine>();
    }

    private static FieldLimits FieldLimitsOf(LimitOptions limits) => new(limits.CallId, limits.Tag, limits.Text);

    /// <summary>A gateway alone, which has no lanes, but writes to the same topics.</summary>
    public static void AddLoneGateway(this IServiceCollection services)
    {
        services.AddTopics().AddGateway().AddSingleton<ListenAddresses>();
    }

    /// <summary>The topics, and clients of the brokers.</summary>
    private static IServiceCollection AddTopics(this IServiceCollection services) => services
        .AddSingleton(provider => new Topics(provider.GetRequiredService<IOptions<ClusterOptions>>().Value.TopicPrefix))
        .AddSingleton<EmbeddedBroker>().AddSingleton<KafkaClients>();

    /// <summary>The other instances. Needs the addresses at which this one listens.</summary>
    public static void AddPeers(this IServiceCollection services)
    {
        services.AddSingleton<ListenAddresses>();
        services.AddSingleton<FindOwnAddress>(provider => () =>
            provider.GetRequiredService<IOptions<PeerOptions>>().Value.Advertised ?? provider.GetRequiredService<ListenAddresses>().Of(Listener.Peer));
        services.AddSingleton<DescribePartitions>(provider => () => provider.GetRequiredService<PartitionRegistry>().Views.Select(ClusterCoverage.Describe));
        services.AddSingleton<ConnectPeer>(provider => address => new GrpcPeer(
            address, provider.GetRequiredService<Entrances>().OfPeer, provider.GetRequiredService<IOptions<PeerOptions>>().Value.Timeout));
        services.TryAddSingleton<ResolveHost>(Dns.GetHostAddressesAsync);
        services.AddSingleton<OwnHello>().AddSingleton<PeerSeeds>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Membership>(provider).MeasuredBy(provider.GetRequiredService<ServiceMeter>()));
        services.AddHostedService(provider => provider.GetRequiredService<Membership>());
    }

    public static void AddAnswers(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMeter().AddMemory().AddSingleton<QueryArguments>().AddSingleton<QueryGate>().AddSingleton<CallerLimits>()
            .AddSingleton<QueryMetrics>()
            .AddSingleton<PositionWait>().AddSingleton<QueryPath>()
            .AddSingleton<FanOut>().AddSingleton<FanOutMetrics>()
            .AddSingleton<ClusterQueries>().AddSingleton<PeerQuestions>().AddSingleton<ClusterDescription>()
            .AddSingleton<AnswerHere>(provider => (question, caller) => provider.GetRequiredService<PeerQuestions>().AnswerAsync(question, caller))
            .AddSingleton<DialogAnswers>().AddSingleton<DialogTotals>()
            .AddSingleton<WatchLimits>().AddSingleton<DialogWatch>();
        services.AddSingleton<OperatorEvents>().AddSingleton<DialogTags>().AddSingleton<DialogCloses>();
    }
}
