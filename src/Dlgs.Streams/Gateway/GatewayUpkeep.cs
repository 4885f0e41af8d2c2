using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Gateway;

/// <summary>What has to be done now and then: messages whose rest does not come are read as they are, and what the system dropped is said.</summary>
internal sealed class GatewayUpkeep
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly IntakeContext context;
    private readonly GatewayProducer producer;
    private readonly UdpListener udp;
    private readonly FrameIntake intake;

    public GatewayUpkeep(IntakeContext context, GatewayProducer producer, UdpListener udp, HepConnections connections, ServiceMeter meter)
    {
        (this.context, this.producer, this.udp, intake) = (context, producer, udp, new FrameIntake(context));
        GatewayMetrics.Describe(meter, context, producer, udp, connections);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                context.Segments.GiveUpOverdue();
                intake.TakeUnfinished(producer);
                udp.LookForDrops();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the service is no fault of this.
        }
    }

    /// <summary>At the end of the service.</summary>
    public void GiveUpAll()
    {
        context.Segments.GiveUpAll();
        intake.TakeUnfinished(producer);
    }
}
