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
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs demo: broker, service and live traffic in one process, for a first look.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitStep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private sealed record Settings(double Rate, TimeSpan? For, bool Plain, string Grpc, string Http, TimeProvider Time);

    public static Command Create(TimeProvider time)
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
        var http = new Option<string>("--http")
        {
            Description = "Address of the same queries over HTTP, loopback.",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:5080",
        };
        var command = new Command("demo", "Watch recorded calls go through the service, with a broker inside the process. "
            + "No evidence of exactly-once: that broker keeps nothing.") { rate, duration, plain, grpc, http };
        command.SetAction((result, cancellation) =>
        {
            var isPlain = result.GetValue(plain) || !AnsiConsole.Profile.Out.IsTerminal || !AnsiConsole.Profile.Capabilities.Ansi;
            var settings = new Settings(
                result.GetValue(rate), result.GetValue(duration), isPlain, result.GetRequiredValue(grpc), result.GetRequiredValue(http), time);
            return RunAsync(settings, cancellation);
        });
        return command;
    }

    private static double ParseRate(ArgumentResult result)
    {
        var isNumber = double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate);
        if (isNumber && rate is >= 0.1 and <= 1000) return rate;
        result.AddError("--rate: a number from 0.1 to 1000.");
        return 0;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken cancellation)
    {
        try
        {
            Output.Line("Starting a broker inside this process, and the service on it ...");
            var given = new Dictionary<string, string?>
            {
                ["embedded"] = "true",
                ["lanes"] = "1",
                ["grpc"] = settings.Grpc,
                ["http"] = settings.Http,
                ["instance"] = "demo",
                ["log_level"] = "error",
            };
            await using var app = ServiceHost.Build(configuration => configuration.AddInMemoryCollection(given));
            await app.StartAsync(cancellation);
            await WaitUntilActiveAsync(app.Services.GetRequiredService<PartitionRegistry>(), settings.Time, cancellation);
            var code = await ShowAsync(app, settings, cancellation);
            await app.StopAsync(CancellationToken.None);
            return code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            Output.Error($"dlgs demo: {ListenFailure.InWords(e) ?? e.Message}");
            return 1;
        }
    }

    private static async Task WaitUntilActiveAsync(PartitionRegistry registry, TimeProvider time, CancellationToken cancellation)
    {
        bool IsActive() => registry.PartitionCount > 0 && registry.Views.Count(v => v.Phase == PartitionPhase.Active) >= registry.PartitionCount;
        if (!await WaitUntilAsync(IsActive, StartTimeout, time, cancellation)) throw new TimeoutException("the service did not become active in 60 s.");
    }

    private static async Task<int> ShowAsync(WebApplication app, Settings settings, CancellationToken cancellation)
    {
        var broker = app.Services.GetRequiredService<EmbeddedBroker>().BootstrapServers;
        var client = new Dictionary<string, string> { ["bootstrap.servers"] = broker };
        var topics = app.Services.GetRequiredService<LaneContext>().Topics;
        using var publisher = new SipEventPublisher(client, topics.SipEvents);
        using var reader = new ChangeReader(client, topics.DialogChanges, fromBeginning: true);
        var traffic = new DemoTraffic(publisher, RecordedCall.Load(), settings.Rate, settings.Time);
        var outcome = new DemoOutcome();
        var board = new DemoBoard(outcome, Hints(app.Urls.First(), app.Urls.Last(), broker), settings.Time);
        using var ending = new CancellationTokenSource();
        var following = Task.Run(() => board.Follow(reader, settings.Plain, ending.Token), CancellationToken.None);
        var isWhole = await PlayAsync(traffic, settings, publisher, outcome, cancellation);
        await ending.CancelAsync();
        await following;
        return DemoBoard.Summarize(outcome, traffic.Calls, isWhole && settings.For is not null);
    }

    /// <summary>False: interrupted. What is up then stays up, and is not judged; what was sent is counted.</summary>
    private static async Task<bool> PlayAsync(
        DemoTraffic traffic, Settings settings, SipEventPublisher publisher, DemoOutcome outcome, CancellationToken cancellation)
    {
        try
        {
            await traffic.RunAsync(settings.For, cancellation);
            publisher.Flush(DrainTimeout);
            await WaitUntilAsync(() => outcome.Faults(traffic.Calls).Length == 0, DrainTimeout, settings.Time, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            publisher.Flush(EndTimeout);
            await WaitUntilAsync(() => outcome.Begun == traffic.Calls.Count, EndTimeout, settings.Time, CancellationToken.None);
            return false;
        }
    }

    /// <summary>False: it did not come to be so in time.</summary>
    private static async Task<bool> WaitUntilAsync(Func<bool> condition, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (!condition() && time.GetElapsedTime(start) < timeout) await Task.Delay(WaitStep, time, cancellation);
        return condition();
    }

    /// <summary>To be typed as they stand; each finds something.</summary>
    private static string[] Hints(string address, string http, string broker)
    {
        var server = address == new ServiceOptions().Address ? "" : $" --server {address}";
        return
        [
            $"Queries (gRPC) are answered at {address}. In a second terminal:",
            $"  {OwnCommand.Alias}",
            $"  dlgs count{server}",
            $"  dlgs count src sw customer1{server}",
            $"  dlgs list --state confirmed{server}",
            $"  dlgs changes --bootstrap-servers {broker}",
            $"  curl -s '{http}/v1/groups?by=src&top=5'",
            "Ctrl-C ends it.",
        ];
    }
}
