using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>
/// A broker that lets nobody do what no rule allows. Tests come in over its plain listener, as the one who may do all; services over TLS, with SCRAM
/// or with a certificate. Started for the first case.
/// </summary>
public sealed class SecuredBroker : IDisposable
{
    /// <summary>librdkafka has it, Confluent.Kafka has no name for it.</summary>
    private const ResourceType TransactionalId = (ResourceType)5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Authority authority = new();
    private readonly int withPassword = LoopbackPort.Free();
    private readonly int withCertificate = LoopbackPort.Free();
    private LocalBroker? broker;

    /// <summary>For the user who may do all.</summary>
    public string PlainServers => broker!.BootstrapServers;

    /// <summary>SASL_SSL; the certificate is made out to localhost alone.</summary>
    public string Servers => $"localhost:{withPassword}";

    /// <summary>By the loopback's number, to which the certificate is not made out.</summary>
    public string NumberedServers => $"127.0.0.1:{withPassword}";

    /// <summary>SSL, with a certificate of the client's.</summary>
    public string MutualServers => $"localhost:{withCertificate}";

    public string CaFile => authority.PemFile;

    /// <summary>A client's key and certificate: to the brokers its user is CN=name.</summary>
    public string CertificateOf(string name) => authority.Issue(name);

    public string ExpiredCertificate => authority.Issue("localhost", isExpired: true);

    internal async Task RequireAsync()
    {
        Assert.SkipWhen(BrokerProcess.Home is null, BrokerProcess.Missing);
        broker ??= await LocalBroker.StartAsync(BrokerProcess.Home!, [$"SASL_SSL://localhost:{withPassword}", $"SSL://localhost:{withCertificate}"],
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS",
            "ssl.keystore.type=PEM",
            $"ssl.keystore.location={authority.Issue("localhost")}",
            "ssl.truststore.type=PEM",
            $"ssl.truststore.location={authority.PemFile}",
            "listener.name.ssl.ssl.client.auth=required",
            "sasl.enabled.mechanisms=SCRAM-SHA-512,OAUTHBEARER",
            // Tokens that nobody signed are enough here.
            "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required "
                + "unsecuredLoginStringClaim_sub=\"broker\";",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;",
            // Whoever is in shows his password again every few seconds.
            "listener.name.sasl_ssl.connections.max.reauth.ms=4000");
    }

    internal async Task SetPasswordAsync(string user, string password)
    {
        using var admin = Admin();
        await admin.AlterUserScramCredentialsAsync(
        [
            new UserScramCredentialUpsertion
            {
                User = user,
                ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha512, Iterations = 4096 },
                Password = Encoding.UTF8.GetBytes(password),
                Salt = Encoding.UTF8.GetBytes($"salt of {user}"),
            },
        ]);
    }

    /// <summary>As an operator makes them who gives the service no right to CREATE.</summary>
    internal async Task CreateTopicsAsync(Topics topics, int partitions)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync(topics.All.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Configs = topic == topics.SipEvents ? new() { ["message.timestamp.type"] = "LogAppendTime" }
                : new() { ["cleanup.policy"] = topic == topics.DialogStore ? "compact" : "delete", ["max.message.bytes"] = "4194304" },
        }));
        // As with rights: the controller has them, the broker has them a little later.
        foreach (var topic in topics.All)
            await Eventually.IsTrueAsync(() => IsThere(admin, topic, partitions), Patience, () => $"{topic} at the broker");
    }

    /// <summary>"topic NAME", "group NAME*" or "transactional id NAME*": with a star all whose names begin so.</summary>
    internal async Task AllowAsync(string user, params (string Resource, AclOperation Operation)[] rights)
    {
        using var admin = Admin();
        AclBinding[] acls = [.. rights.Select(right => Allowed(user, right.Resource, right.Operation))];
        await admin.CreateAclsAsync(acls);
        // The controller has them then. The broker, which goes by its own copy, has them a little later.
        foreach (var acl in acls)
            await Eventually.IsTrueAsync(() => Knows(admin, acl), Patience, () => $"{user}'s right to {acl.Pattern.Name} at the broker");
    }

    internal async Task ForbidAsync(string user, params (string Resource, AclOperation Operation)[] rights)
    {
        using var admin = Admin();
        await admin.DeleteAclsAsync(rights.Select(right => Allowed(user, right.Resource, right.Operation).ToFilter()));
    }

    public void Dispose()
    {
        broker?.Dispose();
        authority.Dispose();
    }

    private static AclBinding Allowed(string user, string resource, AclOperation operation)
    {
        var (kind, name) = resource.LastIndexOf(' ') is var at ? (resource[..at], resource[(at + 1)..]) : default;
        return new AclBinding
        {
            Pattern = new ResourcePattern
            {
                Type = kind switch { "topic" => ResourceType.Topic, "group" => ResourceType.Group, _ => TransactionalId },
                Name = name.TrimEnd('*'),
                ResourcePatternType = name.EndsWith('*') ? ResourcePatternType.Prefixed : ResourcePatternType.Literal,
            },
            Entry = new AccessControlEntry { Principal = $"User:{user}", Host = "*", Operation = operation, PermissionType = AclPermissionType.Allow },
        };
    }

    private static bool IsThere(IAdminClient admin, string topic, int partitions) =>
        admin.GetMetadata(topic, Patience).Topics[0] is { Error.IsError: false } found && found.Partitions.Count(each => each.Leader >= 0) == partitions;

    private static bool Knows(IAdminClient admin, AclBinding acl) =>
        admin.DescribeAclsAsync(acl.ToFilter()).GetAwaiter().GetResult().AclBindings.Count > 0;

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = PlainServers }).Build();
}
