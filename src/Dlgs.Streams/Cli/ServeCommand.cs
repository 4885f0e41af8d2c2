using System.CommandLine;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs serve: the service.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var config = new ConfigOption();
        var sample = new Option<bool>("--sample-config") { Description = "Print a file for --config, with every setting and its default, and end." };
        var settings = SettingSources.Options(RoomOptions.OfService);
        var command = new Command("serve", "Run the service. The name in brackets is the setting's in files; "
            + "in the environment it is DLGS_ and that in capitals. Any setting of librdkafka passes through: "
            + "under kafka in files, DLGS_KAFKA__SECURITY_PROTOCOL for security.protocol; except the ones that exactly-once depends on.") { config, sample };
        foreach (var option in settings) command.Add(option);
        command.SetAction((result, cancellation) => result.GetValue(sample)
            ? Task.FromResult(PrintSample())
            : HostRun.RunAsync("serve", () => ServiceHost.Build(configuration => config.AddTo(configuration, result, settings)), Watch, cancellation));
        return command;
    }

    private static int PrintSample()
    {
        foreach (var line in SampleConfig.Lines()) Output.Line(line);
        return 0;
    }

    private static Func<bool> Watch(IServiceProvider services)
    {
        var (lanes, gateway) = (services.GetRequiredService<LaneHost>(), services.GetRequiredService<GatewayHost>());
        BackgroundService[] parts = [.. services.GetServices<IHostedService>().OfType<BackgroundService>()];
        // A part of the service that failed has ended the others too: the host says so, and returns as if it had been asked to stop.
        return () => lanes is { Refusal: null, IsHandedOver: true } && gateway.IsDelivered && !parts.Any(part => part.ExecuteTask is { IsFaulted: true });
    }
}
