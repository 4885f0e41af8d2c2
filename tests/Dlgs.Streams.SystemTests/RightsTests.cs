using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.SystemTests;

/// <summary>A right that is taken away under a running service, and given back: it says which, goes on by itself, and is exact.</summary>
public sealed class RightsTests(RightsTests.Guarded guarded) : IClassFixture<RightsTests.Guarded>
{
    /// <summary>
    /// Whose right (the topic's last part; "group" or "transactional-id" of that prefix), which,
    /// and when it is tried: taken away under a running service, missing at a start. That each is told by name, Security/LeastRightsTests shows.
    /// </summary>
    private static readonly (string Resource, AclOperation Operation, bool IsTakenAway, bool IsMissing)[] Rights =
    [
        ("sip-events", AclOperation.Read, true, false),
        ("dialog-store", AclOperation.Write, false, true),
        ("dialog-changes", AclOperation.Write, true, false),
        ("group", AclOperation.Read, true, false),
        ("transactional-id", AclOperation.Write, true, true),
    ];

    /// <summary>librdkafka has it, Confluent.Kafka has no name for it.</summary>
    private const ResourceType TransactionalId = (ResourceType)5;

    public static TheoryData<int> TakenAway => [.. Enumerable.Range(0, Rights.Length).Where(number => Rights[number].IsTakenAway)];

    public static TheoryData<int> MissingAtStart => [.. Enumerable.Range(0, Rights.Length).Where(number => Rights[number].IsMissing)];

    [Theory, MemberData(nameof(TakenAway))]
    public async Task Right_that_is_taken_away_stops_what_needs_it_until_it_is_given_back(int number)
    {
        var (resource, operation, _, _) = Rights[number];
        var broker = await guarded.RequireAsync();
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var instances = new Instances(traffic);
        var service = instances.Start("one");
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(broker.BootstrapServers, traffic.Topics.DialogStore, instances);
        await recovery.WaitForCommitsAsync("the beginning");
        var said = service.Output.Length;
        using (await DenyAsync(broker, traffic, resource, operation))
            await service.WaitForAsync(() => service.Output[said..].Contains("uthoriz", StringComparison.Ordinal), $"a word on {operation} of {resource}");
        await recovery.MeasureAsync($"{operation} of {resource} is given back", () => Task.CompletedTask, () => Task.CompletedTask);

        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    [Theory, MemberData(nameof(MissingAtStart))]
    public async Task Service_that_starts_without_a_right_says_so_and_comes_up_when_it_is_given(int number)
    {
        var (resource, operation, _, _) = Rights[number];
        var broker = await guarded.RequireAsync();
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var instances = new Instances(traffic);
        // It has made its topics.
        await instances.Start("one").WaitForActiveAsync(RecordedTraffic.Partitions);
        await instances.StopAsync("one");
        DlgsProcess service;
        using (await DenyAsync(broker, traffic, resource, operation))
        {
            service = instances.Start("one");
            await service.WaitForAsync(() => service.Output.Contains("uthoriz", StringComparison.Ordinal), $"a word on {operation} of {resource}");
        }
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    /// <summary>A broker that looks at rights, started for the first case. Each case has a prefix of its own, and so rules of its own.</summary>
    public sealed class Guarded : IDisposable
    {
        private LocalBroker? broker;

        internal async Task<LocalBroker> RequireAsync() => broker ??= await LocalBroker.RequireAsync(
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "allow.everyone.if.no.acl.found=true");

        public void Dispose() => broker?.Dispose();
    }

    /// <summary>A right that is missing until this is disposed.</summary>
    private sealed class Denial(IAdminClient admin, AclBinding[] acls) : IDisposable
    {
        public void Dispose()
        {
            admin.DeleteAclsAsync(acls.Select(acl => acl.ToFilter())).GetAwaiter().GetResult();
            admin.Dispose();
        }
    }

    /// <summary>All others are allowed: where there is any rule of a resource, what none allows is denied.</summary>
    private static async Task<IDisposable> DenyAsync(LocalBroker broker, RecordedTraffic traffic, string resource, AclOperation operation)
    {
        var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        AclBinding[] acls = [Acl(traffic, resource, AclOperation.All, AclPermissionType.Allow), Acl(traffic, resource, operation, AclPermissionType.Deny)];
        await admin.CreateAclsAsync(acls);
        return new Denial(admin, acls);
    }

    private static AclBinding Acl(RecordedTraffic traffic, string resource, AclOperation operation, AclPermissionType permission) => new()
    {
        Pattern = resource switch
        {
            "group" => new ResourcePattern { Type = ResourceType.Group, Name = traffic.Topics.Prefix, ResourcePatternType = ResourcePatternType.Prefixed },
            "transactional-id" => new ResourcePattern
            {
                Type = TransactionalId,
                Name = traffic.Topics.Prefix,
                ResourcePatternType = ResourcePatternType.Prefixed,
            },
            _ => new ResourcePattern { Type = ResourceType.Topic, Name = traffic.Topics.Prefix + resource, ResourcePatternType = ResourcePatternType.Literal },
        },
        Entry = new AccessControlEntry { Principal = "User:ANONYMOUS", Host = "*", Operation = operation, PermissionType = permission },
    };
}
