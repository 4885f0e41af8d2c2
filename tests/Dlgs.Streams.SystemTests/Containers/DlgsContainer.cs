using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;

namespace Dlgs.Streams.SystemTests.Containers;

/// <summary>An instance in a container, as it should run: it may write nothing, has no rights, and speaks TLS beyond its own loopback.</summary>
internal sealed class DlgsContainer : IAsyncDisposable
{
    private readonly IContainer container;

    private DlgsContainer(IContainer container) => this.container = container;

    /// <summary>Where other instances ask it.</summary>
    public string Peer => $"https://{container.IpAddress}:5070";

    public static async Task<DlgsContainer> StartAsync(
        IImage image, ContainerFiles files, string name, string servers, RecordedTraffic traffic, params string[] peers)
    {
        Dictionary<string, string> settings = new()
        {
            ["BOOTSTRAP_SERVERS"] = servers,
            ["TOPIC_PREFIX"] = traffic.Prefix,
            ["PARTITIONS"] = $"{RecordedTraffic.Partitions}",
            ["INSTANCE"] = name,
            ["GRPC"] = "https://0.0.0.0:5090",
            ["HTTP"] = "https://0.0.0.0:5080",
            ["TLS_CERTIFICATE"] = $"{ContainerFiles.Mount}/localhost.pem",
            ["TLS_KEY"] = $"{ContainerFiles.Mount}/localhost.pem",
            ["TLS_CLIENT_CA"] = $"{ContainerFiles.Mount}/ca.pem",
            ["ROLES"] = "cn:ops=read",
            ["PEER"] = "https://0.0.0.0:5070",
            ["PEERS"] = string.Join(',', peers),
            ["PEER_CERTIFICATE"] = $"{ContainerFiles.Mount}/dlgs-peer.pem",
            ["PEER_KEY"] = $"{ContainerFiles.Mount}/dlgs-peer.pem",
            ["PEER_CA"] = $"{ContainerFiles.Mount}/ca.pem",
            // Of commands that are run beside it.
            ["SERVER"] = "https://localhost:5090",
            ["CA"] = $"{ContainerFiles.Mount}/ca.pem",
            ["CERTIFICATE"] = $"{ContainerFiles.Mount}/ops.pem",
        };
        var started = new DlgsContainer(new ContainerBuilder(image)
            .WithEnvironment(settings.ToDictionary(setting => $"DLGS_{setting.Key}", setting => setting.Value))
            .WithBindMount(files.Folder, ContainerFiles.Mount, AccessMode.ReadOnly)
            .WithCreateParameterModifier(create =>
            {
                // It ends within 15 s; an engine's own patience is 10.
                create.StopTimeout = TimeSpan.FromSeconds(30);
                var host = create.HostConfig!;
                (host.ReadonlyRootfs, host.CapDrop, host.SecurityOpt) = (true, ["ALL"], ["no-new-privileges"]);
            })
            .Build());
        try
        {
            await started.container.StartAsync(TestContext.Current.CancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>docker exec: the program is on the path.</summary>
    public async Task<(long Code, string Said)> RunAsync(params string[] command)
    {
        var result = await container.ExecAsync(["dlgs", .. command], TestContext.Current.CancellationToken);
        return (result.ExitCode ?? -1, result.Stdout + result.Stderr);
    }

    /// <summary>docker stop; its exit code, and all that it ever said.</summary>
    public async Task<(long Code, string Said)> StopAsync()
    {
        await container.StopAsync(TestContext.Current.CancellationToken);
        return (await container.GetExitCodeAsync(TestContext.Current.CancellationToken), await LogAsync());
    }

    public async Task<string> LogAsync()
    {
        var (output, errors) = await container.GetLogsAsync(timestampsEnabled: false, ct: TestContext.Current.CancellationToken);
        return output + errors;
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
