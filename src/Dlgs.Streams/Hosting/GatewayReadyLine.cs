using Dlgs.Streams.Gateway;

namespace Dlgs.Streams.Hosting;

/// <summary>Says when HEP is taken, where, and where its events go.</summary>
internal sealed partial class GatewayReadyLine(
    GatewayProducer producer, ListenAddresses listening, IHostApplicationLifetime lifetime, ILogger<GatewayReadyLine> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.HasStartedAsync(stoppingToken)) return;
        await producer.Opened.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested) LogReady(logger, listening.DescribeHep(), producer.Topic);
    }

    [LoggerMessage(212, LogLevel.Information, "ready: {Addresses}, into {Topic}")]
    private static partial void LogReady(ILogger logger, string addresses, string? topic);
}
