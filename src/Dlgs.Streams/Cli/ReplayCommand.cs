using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Client;
using Dlgs.Streams.Ingest;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs replay: recordings into the input topic, as a proxy's gateway would publish them.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Recordings (.hep, .hep.gz).", Arity = ArgumentArity.OneOrMore };
        var speed = new Option<string>("--speed") { Description = "N times as fast as recorded (0.1 to 1000), or max.", HelpName = "N|max", DefaultValueFactory = _ => "1" };
        speed.Validators.Add(result =>
        {
            if (ParseSpeed(result.GetValueOrDefault<string>()) is null) result.AddError("--speed: a number from 0.1 to 1000, or max.");
        });
        var prefix = new Option<string>("--call-id-prefix") { Description = "Put before every Call-ID, so that a second replay makes other calls. Default: none.", HelpName = "P", DefaultValueFactory = _ => "" };
        var kafka = new KafkaOptions();
        var command = new Command("replay", "Publish recorded SIP traffic as SIP events. SIP times stay as recorded.") { files, speed, prefix };
        kafka.AddTo(command);
        command.SetAction((result, cancellation) => RunAsync(result.GetRequiredValue(files), new Replay(kafka.Client(result), kafka.Topics(result).SipEvents, result.GetRequiredValue(prefix), ParseSpeed(result.GetRequiredValue(speed))!.Value), cancellation));
        return command;
    }

    /// <summary>Infinity: as fast as the broker takes it. Null: not understood.</summary>
    private static double? ParseSpeed(string? text) =>
        text == "max" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 0.1 and <= 1000 ? speed : null;

    private sealed record Replay(Dictionary<string, string> Client, string Topic, string CallIdPrefix, double Speed);

    private static async Task<int> RunAsync(FileInfo[] files, Replay replay, CancellationToken cancellation)
    {
        try
        {
            using var publisher = new SipEventPublisher(replay.Client, replay.Topic);
            var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            var (messages, skipped) = (0, new List<string>());
            await errors.Progress().AutoClear(true).StartAsync(async progress =>
            {
                foreach (var file in files) messages += await PublishAsync(file, publisher, replay, progress.AddTask(Markup.Escape(file.Name), maxValue: file.Length), skipped, cancellation);
            });
            foreach (var line in skipped) Output.Error(line);
            var flushed = publisher.Flush(TimeSpan.FromSeconds(60));
            Output.Line($"{messages} SIP messages, {publisher.Delivered} events in {replay.Topic}, {publisher.Failed} failed{(flushed ? "" : "; the broker did not take the rest in 60 s: " + publisher.LastError)}");
            return flushed && publisher.Failed == 0 && messages > 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            Output.Error($"dlgs replay: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static async Task<int> PublishAsync(FileInfo file, SipEventPublisher publisher, Replay replay, ProgressTask progress, List<string> skipped, CancellationToken cancellation)
    {
        using var stream = file.OpenRead();
        using var recording = new Recording(stream, new FieldLimits());
        var pace = new Pace(replay.Speed, TimeProvider.System);
        while (TryNext(recording, replay.CallIdPrefix, out var time, out var sipEvent))
        {
            cancellation.ThrowIfCancellationRequested();
            if (pace.WaitFor(time) is { } wait) await Task.Delay(wait, cancellation);
            if (sipEvent is not null) publisher.Publish(sipEvent);
            progress.Value = stream.Position;
        }
        progress.Value = progress.MaxValue;
        skipped.AddRange(recording.SkippedInWords(file.Name));
        return recording.Messages;
    }

    private static bool TryNext(Recording recording, string prefix, out long timeMicros, out Contracts.V1.SipEvent? sipEvent)
    {
        var more = recording.TryRead(out var frame, out var message, out var isMessage);
        timeMicros = frame.TimeMicros;
        sipEvent = isMessage ? SipEvents.ToEvent(message, frame, prefix) : null;
        return more;
    }
}
