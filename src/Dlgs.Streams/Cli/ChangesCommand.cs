using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;
using Google.Protobuf;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs changes: follows the output topic.</summary>
internal static class ChangesCommand
{
    public static Command Create()
    {
        var beginning = new Option<bool>("--from-beginning") { Description = "From the topic's beginning. Default: from its end." };
        var settled = new Option<bool>("--settled") { Description = "Settled changes only: the topic that billing reads. Default: every change." };
        var idle = new Option<string?>("--until-idle") { Description = "End when nothing came for so long (1s to 3600s). Default: never.", HelpName = "5s" };
        idle.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && ParseSeconds(text) is null) result.AddError("--until-idle: 1s to 3600s, as 5s.");
        });
        var json = new Option<bool>("--json") { Description = "One change a line in protobuf JSON. Default: a short line for people." };
        var kafka = new KafkaOptions();
        var command = new Command("changes", "Follow the changes of dialogs.") { beginning, settled, idle, json };
        kafka.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (topics, client) = kafka.Read(result);
            return Task.FromResult(Run(client, result.GetValue(settled) ? topics.Calls : topics.DialogChanges,
                result.GetValue(beginning), ParseSeconds(result.GetValue(idle)), result.GetValue(json), cancellation));
        });
        return command;
    }

    private static TimeSpan? ParseSeconds(string? text) =>
        int.TryParse(text?.TrimEnd('s'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static int Run(Dictionary<string, string> client, string topic, bool fromBeginning, TimeSpan? untilIdle, bool json, CancellationToken cancellation)
    {
        try
        {
            using var reader = new ChangeReader(client, topic, fromBeginning);
            using var output = Output.Open();
            var (clock, last) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
            while (!cancellation.IsCancellationRequested && (untilIdle is null || clock.GetElapsedTime(last) < untilIdle))
            {
                if (reader.Next(TimeSpan.FromMilliseconds(100)) is not { } change)
                {
                    output.Flush();
                    continue;
                }
                last = clock.GetTimestamp();
                output.WriteLine(json ? Output.Json(change) : PlainText.Of(DialogTables.Line(change)));
            }
            return 0;
        }
        catch (IOException)
        {
            // Who reads has seen enough.
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidProtocolBufferException)
        {
            Output.Error($"dlgs changes: {e.Message}");
            return 1;
        }
    }
}
