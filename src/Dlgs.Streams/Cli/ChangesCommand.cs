using System.CommandLine;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs changes: follows the output topic.</summary>
internal static class ChangesCommand
{
    public static Command Create(TimeProvider time)
    {
        var beginning = new Option<bool>("--from-beginning") { Description = "From the topic's beginning. Default: from its end." };
        var settled = new Option<bool>("--settled") { Description = "Settled changes only: the topic that billing reads. Default: every change." };
        var idle = new SpanOption("--until-idle", 1, 3600, "End when nothing came for so long (1s to 3600s). Default: never.");
        var json = new Option<bool>("--json") { Description = "One change a line in protobuf JSON. Default: a short line for people." };
        var kafka = new KafkaOptions();
        var command = new Command("changes", "Follow the changes of dialogs.") { beginning, settled, idle, json };
        kafka.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (topics, client) = kafka.Read(result);
            var topic = result.GetValue(settled) ? topics.Calls : topics.DialogChanges;
            var wanted = new Wanted(topic, result.GetValue(beginning), result.GetValue(idle), result.GetValue(json));
            return RunAsync(client, wanted, time, cancellation);
        });
        return command;
    }

    private sealed record Wanted(string Topic, bool FromBeginning, TimeSpan? UntilIdle, bool Json);

    private static async Task<int> RunAsync(Dictionary<string, string> client, Wanted wanted, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            // What waits for a broker cannot be interrupted, only left behind.
            var opening = Task.Run(() => new ChangeReader(client, wanted.Topic, wanted.FromBeginning), CancellationToken.None);
            using var reader = await opening.WaitAsync(cancellation);
            Follow(reader, wanted, time, cancellation);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // To follow has no other end.
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Output.Error($"dlgs changes: {e.Message}");
            return 1;
        }
    }

    private static void Follow(ChangeReader reader, Wanted wanted, TimeProvider time, CancellationToken cancellation)
    {
        using var output = Output.Open();
        var last = time.GetTimestamp();
        while (!cancellation.IsCancellationRequested && (wanted.UntilIdle is null || time.GetElapsedTime(last) < wanted.UntilIdle))
        {
            if (reader.Next(TimeSpan.FromMilliseconds(100)) is not { } change)
            {
                output.Flush();
                continue;
            }
            last = time.GetTimestamp();
            output.WriteLine(wanted.Json ? Output.Json(change) : PlainText.Of(DialogWords.Line(change)));
        }
    }
}
