using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Dlgs.Streams.Client;
using Dlgs.Streams.Demo;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Terminal;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs demo: broker, service and live traffic in one process, for a first look.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    private sealed record Settings(double Rate, TimeSpan? For, bool Plain, string Grpc);

    public static Command Create()
    {
        var rate = new Option<double>("--rate")
        {
            Description = "New calls a second (0.1 to 1000).",
            HelpName = "N",
            DefaultValueFactory = _ => 5,
            CustomParser = ParseRate,
        };
        var duration = new SpanOption("--for", 15, 86_400,
            "End after so long (15s to 86400s): begin no call that cannot end by then, drain, and check every call. Default: until Ctrl+C.");
        var plain = new Option<bool>("--plain") { Description = "Lines instead of a live picture, for scripts. Default: where the output is no terminal." };
        var grpc = new Option<string>("--grpc")
        {
            Description = "Address of the query service, loopback.",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:5090",
        };
        var command = new Command("demo", "Watch recorded calls go through the service, with a broker inside the process. "
            + "No evidence of exactly-once: that broker keeps nothing.") { rate, duration, plain, grpc };
        command.SetAction((result, cancellation) =>
        {
            var isPlain = result.GetValue(plain) || Console.IsOutputRedirected;
            var settings = new Settings(result.GetValue(rate), result.GetValue(duration), isPlain, result.GetRequiredValue(grpc));
            return RunAsync(settings, cancellation);
        });
        return command;
    }

    private static double ParseRate(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0.1 and <= 1000)
            return rate;
        result.AddError("--rate: a number from 0.1 to 1000.");
        return 0;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken cancellation)
    {
        try
        {
            Output.Line("Starting a broker inside this process, and the service on it ...");
            var given = new Dictionary<string, string?> { ["embedded"] = "true", ["lanes"] = "1", ["grpc"] = settings.Grpc, ["instance"] = "demo" };
            await using var app = ServiceHost.Build(configuration => configuration.AddInMemoryCollection(given), LogLevel.Error);
            await app.StartAsync(cancellation);
            await WaitUntilActiveAsync(app.Services.GetRequiredService<PartitionRegistry>(), cancellation);
            var code = await ShowAsync(app.Services, settings, cancellation);
            await app.StopAsync(CancellationToken.None);
            return code;
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) Output.Error($"dlgs demo: {failure}");
            return 2;
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            Output.Error($"dlgs demo: {e.Message}");
            return 1;
        }
    }

    private static async Task WaitUntilActiveAsync(PartitionRegistry registry, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (registry.PartitionCount == 0 || registry.Views.Count(v => v.Phase == PartitionPhase.Active) < registry.PartitionCount)
        {
            if (TimeProvider.System.GetElapsedTime(start) > StartTimeout) throw new TimeoutException("the service did not become active in 60 s.");
            await Task.Delay(50, cancellation);
        }
    }

    private static async Task<int> ShowAsync(IServiceProvider services, Settings settings, CancellationToken cancellation)
    {
        var client = new Dictionary<string, string> { ["bootstrap.servers"] = services.GetRequiredService<EmbeddedBroker>().BootstrapServers };
        var topics = services.GetRequiredService<LaneContext>().Topics;
        Output.Line($"DialogQuery (gRPC, reflection on) answers at {settings.Grpc}. In a second terminal:");
        foreach (var command in new[] { "count", "count src sw customer1", "list" }) Output.Line($"  dlgs {command} --server {settings.Grpc}");
        using var publisher = new SipEventPublisher(client, topics.SipEvents);
        using var reader = new ChangeReader(client, topics.DialogChanges, fromBeginning: true);
        var traffic = new DemoTraffic(publisher, RecordedCall.Load(), settings.Rate, TimeProvider.System);
        var board = new DemoBoard(settings.Plain);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var following = Task.Run(() => board.Follow(reader, services.GetRequiredService<PartitionRegistry>(), ending.Token), CancellationToken.None);
        try
        {
            await traffic.RunAsync(settings.For, cancellation);
            publisher.Flush(DrainTimeout);
            await board.DrainAsync(traffic.Calls, DrainTimeout, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C: what is up stays up, and is not judged.
        }
        await ending.CancelAsync();
        await following;
        return board.Summarize(traffic.Calls, judge: settings.For is not null && !cancellation.IsCancellationRequested);
    }
}
