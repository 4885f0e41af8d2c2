using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Client;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs replay: recordings into the input topic, as a proxy's gateway would publish them.</summary>
internal static class ReplayCommand
{
    /// <summary>What was interrupted has this long to end, and as long to be delivered: a command that was told to end has 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.7);

    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(60);

    public static Command Create(TimeProvider time)
    {
        var files = new RecordingsArgument("");
        var speed = new Option<string>("--speed")
        {
            Description = "N times as fast as recorded (0.1 to 1000), or max.",
            HelpName = "N|max",
            DefaultValueFactory = _ => "1",
        };
        speed.Validators.Add(result =>
        {
            if (ParseSpeed(result.GetValueOrDefault<string>()) is null) result.AddError("--speed: a number from 0.1 to 1000, or max.");
        });
        var prefix = new Option<string>("--call-id-prefix")
        {
            Description = "Put before every Call-ID, so that a second replay makes other calls. Default: none.",
            HelpName = "P",
            DefaultValueFactory = _ => "",
        };
        var rules = new RulesOption();
        var kafka = new KafkaOptions();
        var command = new Command("replay", "Publish recorded SIP traffic as SIP events. SIP times stay as recorded.") { files, speed, prefix, rules };
        kafka.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (topics, client) = kafka.Read(result);
            var target = new Target(
                client, topics.SipEvents, result.GetRequiredValue(prefix), ParseSpeed(result.GetRequiredValue(speed))!.Value, kafka.ReadRules(result, rules));
            return RunAsync(result.GetRequiredValue(files), target, time, cancellation);
        });
        return command;
    }

    /// <summary>Infinity: as fast as the broker takes it. Null: not understood.</summary>
    private static double? ParseSpeed(string? text) =>
        text == "max" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed is >= 0.1 and <= 1000 ? speed : null;

    private sealed record Target(Dictionary<string, string> Client, string Topic, string CallIdPrefix, double Speed, AttributeRules? Rules);

    private static async Task<int> RunAsync(FileInfo[] files, Target target, TimeProvider time, CancellationToken cancellation)
    {
        // Before brokers are waited for.
        if (Array.TrueForAll(files, file => !file.Exists))
        {
            foreach (var file in files) Output.Error($"dlgs replay: {Unreadable.Reason(file, new FileNotFoundException())}");
            return 1;
        }
        try
        {
            // On another thread, as all that may wait for a broker or a pipe: it cannot be interrupted, only left behind.
            using var publisher = await Task.Run(() => new SipEventPublisher(target.Client, target.Topic), CancellationToken.None).WaitAsync(cancellation);
            return await RunAsync(files, new Replay(publisher, target.CallIdPrefix, target.Speed, target.Rules, time), publisher, cancellation);
        }
        catch (OperationCanceledException)
        {
            Output.Line("Interrupted: nothing was sent");
            return Interruption.ExitCode;
        }
        catch (Exception e)
        {
            // Whatever it is, a setting that the client refuses, say: its words help who typed the command, its stack does not.
            Output.Error($"dlgs replay: {e.Message}");
            return 1;
        }
    }

    private static async Task<int> RunAsync(FileInfo[] files, Replay replay, SipEventPublisher publisher, CancellationToken cancellation)
    {
        var work = Task.Run(() => PublishAsync(files, replay, cancellation), CancellationToken.None);
        try
        {
            await work.WaitAsync(cancellation);
            var all = await Task.Run(() => publisher.Flush(Flush), CancellationToken.None).WaitAsync(cancellation);
            Output.Line(Summary(replay, publisher) + (all ? "" : $"; the broker did not take the rest in {Flush.TotalSeconds:0} s: {publisher.LastError}"));
            return all && publisher.Failed == 0 && replay.Messages > 0 && replay.Unread == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(work, Task.Delay(Patience, CancellationToken.None));
            publisher.Flush(Patience);
            Output.Line($"Interrupted: {Summary(replay, publisher)}");
            return Interruption.ExitCode;
        }
    }

    private static string Summary(Replay replay, SipEventPublisher publisher) =>
        $"{replay.Messages} SIP messages, {publisher.Delivered} events in {publisher.Topic}, {publisher.Failed} failed";

    private static async Task PublishAsync(FileInfo[] files, Replay replay, CancellationToken cancellation)
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var remarks = new List<string>();
        // Where there is no terminal, what the progress writes would stay.
        if (!terminal.Profile.Out.IsTerminal) foreach (var file in files) remarks.AddRange(await PublishAsync(file, replay, _ => { }, cancellation));
        else
        {
            await terminal.Progress().AutoClear(true).StartAsync(async progress =>
            {
                foreach (var file in files)
                {
                    var task = progress.AddTask(Markup.Escape(PlainText.Of(file.Name)), maxValue: 1);
                    remarks.AddRange(await PublishAsync(file, replay, share => task.Value = share, cancellation));
                }
            });
        }
        foreach (var remark in remarks) Output.Error(remark);
    }

    private static async Task<IEnumerable<string>> PublishAsync(FileInfo file, Replay replay, Action<double> progress, CancellationToken cancellation)
    {
        try
        {
            using var stream = file.OpenRead();
            return await replay.PublishAsync(file.Name, stream, progress, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            replay.Unread++;
            return [$"dlgs replay: {Unreadable.Reason(file, e)}"];
        }
    }
}
