using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// Runs the gateway: takes the port of UDP, waits for the brokers, reads, and at its end delivers what was received. Connections come in by the ports of the
/// host, which hands them to <see cref="HepConnections"/>.
/// </summary>
internal sealed partial class GatewayHost(
    IOptions<GatewayOptions> options, GatewayProducer producer, UdpListener udp, HepConnections connections, GatewayUpkeep upkeep,
    ILogger<GatewayHost> logger) : BackgroundService
{
    /// <summary>For connections to end.</summary>
    private static readonly TimeSpan LastReads = TimeSpan.FromSeconds(2);

    /// <summary>For the brokers to take what was received; the host stops for some seconds more.</summary>
    private static readonly TimeSpan LastDeliveries = TimeSpan.FromSeconds(9);

    /// <summary>The brokers have all that was read.</summary>
    public bool IsDelivered => !options.Value.IsOn || producer.Undelivered == 0;

    /// <summary>It listens, and what comes in has somewhere to go.</summary>
    public bool IsReady => producer.IsOpen;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        udp.Bind();
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!options.Value.IsOn) return;
        await Task.WhenAll(udp.StopAsync(), connections.EndAsync(LastReads));
        upkeep.GiveUpAll();
        await producer.FlushAsync(LastDeliveries);
        if (!IsDelivered) LogUndelivered(logger, producer.Undelivered);
        else if (producer.Topic is { } topic) LogDelivered(logger, topic, producer.Delivered);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn) return;
        // What the system drops meanwhile is told as well.
        var (producing, keeping) = (producer.RunAsync(stoppingToken), upkeep.RunAsync(stoppingToken));
        await producer.Opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested) udp.Start();
        await Task.WhenAll(producing, keeping);
    }

    [LoggerMessage(209, LogLevel.Information, "HEP: all that was read is in {Topic}, {Count} events")]
    private static partial void LogDelivered(ILogger logger, string topic, long count);

    [LoggerMessage(210, LogLevel.Error, "HEP: {Count} events that were read are not with the brokers")]
    private static partial void LogUndelivered(ILogger logger, long count);
}
