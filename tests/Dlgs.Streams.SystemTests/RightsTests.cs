using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.SystemTests;

/// <summary>A right that is taken away under a running service, and given back: it says which, goes on by itself, and is exact.</summary>
public sealed class RightsTests
{
    /// <summary>Whose right (the topic's last part; "group", "transactional-id", "cluster"), which, and what the service says of it.</summary>
    private static readonly (string Resource, AclOperation Operation)[] Rights =
    [
        ("sip-events", AclOperation.Read),
        ("sip-events", AclOperation.Describe),
        ("dialog-store", AclOperation.Write),
        ("dialog-store", AclOperation.Read),
        ("dialog-changes", AclOperation.Write),
        ("calls", AclOperation.Write),
        ("group", AclOperation.Read),
        ("transactional-id", AclOperation.Write),
    ];

    /// <summary>librdkafka has it, Confluent.Kafka has no name for it.</summary>
    private const ResourceType TransactionalId = (ResourceType)5;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rights.Length)];

    [Theory, MemberData(nameof(Numbers))]
    public async Task Right_that_is_taken_away_stops_what_needs_it_until_it_is_given_back(int number)
    {
        var (resource, operation) = Rights[number];
        using var broker = await LocalBroker.RequireAsync("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "allow.everyone.if.no.acl.found=true");
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var instances = new Instances(traffic);
        var service = instances.Start("one");
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(broker.BootstrapServers, traffic.Topics.DialogStore, instances);
        await recovery.WaitForCommitsAsync("the beginning");
        var said = service.Output.Length;

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        AclBinding[] denial = [Acl(traffic, resource, AclOperation.All, AclPermissionType.Allow), Acl(traffic, resource, operation, AclPermissionType.Deny)];
        await admin.CreateAclsAsync(denial);
        await service.WaitForAsync(() => service.Output[said..].Contains("uthoriz", StringComparison.Ordinal), $"a word on {operation} of {resource}");
        await admin.DeleteAclsAsync(denial.Select(acl => acl.ToFilter()));
        await recovery.MeasureAsync($"{operation} of {resource} is given back", () => Task.CompletedTask, () => Task.CompletedTask);

        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    private static AclBinding Acl(RecordedTraffic traffic, string resource, AclOperation operation, AclPermissionType permission) => new()
    {
        Pattern = resource switch
        {
            "group" => new ResourcePattern { Type = ResourceType.Group, Name = traffic.Topics.Prefix, ResourcePatternType = ResourcePatternType.Prefixed },
            "transactional-id" => new ResourcePattern { Type = TransactionalId, Name = traffic.Topics.Prefix, ResourcePatternType = ResourcePatternType.Prefixed },
            "cluster" => new ResourcePattern { Type = ResourceType.Broker, Name = "kafka-cluster", ResourcePatternType = ResourcePatternType.Literal },
            _ => new ResourcePattern { Type = ResourceType.Topic, Name = traffic.Topics.Prefix + resource, ResourcePatternType = ResourcePatternType.Literal },
        },
        Entry = new AccessControlEntry { Principal = "User:ANONYMOUS", Host = "*", Operation = operation, PermissionType = permission },
    };
}
