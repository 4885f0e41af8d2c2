using System.CommandLine;
using System.Net.Sockets;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

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
        command.SetAction((result, cancellation) => RunAsync(configuration => config.AddTo(configuration, result, settings), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Action<IConfigurationBuilder> configure, CancellationToken cancellation)
    {
        try
        {
            await using var app = ServiceHost.BuildGateway(configure);
            var gateway = app.Services.GetRequiredService<GatewayHost>();
            await app.RunAsync(cancellation);
            return gateway is { IsDelivered: true, ExecuteTask.IsFaulted: false } ? 0 : 1;
        }
        // Told to end while it was starting: it had nothing yet.
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            Output.Error($"dlgs gateway: {ListenFailure.InWords(e) ?? e.Message}");
            return 1;
        }
    }
}
