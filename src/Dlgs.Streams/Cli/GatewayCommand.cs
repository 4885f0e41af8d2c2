using System.CommandLine;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs gateway: where HEP comes in, as a process of its own.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var config = new ConfigOption();
        var settings = SettingSources.Options(RoomOptions.OfGateway);
        var command = new Command("gateway", "Take what capture agents mirror (HEP), and publish it as SIP events: the part of serve that listens to proxies, "
            + "alone. Settings come as those of serve, from the same files and variables.") { config };
        foreach (var option in settings) command.Add(option);
        command.SetAction((result, cancellation) =>
            HostRun.RunAsync("gateway", () => ServiceHost.BuildGateway(configuration => config.AddTo(configuration, result, settings)), Watch, cancellation));
        return command;
    }

    private static Func<bool> Watch(IServiceProvider services)
    {
        var gateway = services.GetRequiredService<GatewayHost>();
        return () => gateway is { IsDelivered: true, ExecuteTask.IsFaulted: false };
    }
}
