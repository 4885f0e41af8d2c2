using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Client;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Records;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs dead-letters: what was put aside, and why; and into the input again, where what was at fault has been mended.</summary>
internal static class DeadLettersCommand
{
    private const int LongestDays = 366;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(60);

    private static readonly string[] Causes = [.. Enum.GetValues<EventFailure>().Where(cause => cause != EventFailure.None).Select(cause => cause.Name())];

    public static Command Create(TimeProvider time)
    {
        var cause = new Option<string?>("--cause")
        {
            Description = $"Only those of this cause: {string.Join(", ", Causes)}. Default: all.",
            HelpName = "CAUSE",
        };
        cause.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } named && !Causes.Contains(named))
                result.AddError($"--cause: '{named}' is none. They are: {string.Join(", ", Causes)}.");
        });
        var last = new SpanOption("--last", 1, LongestDays * 86_400, "Only what was put aside within so long, as 2h. Default: all.");
        var again = new Option<bool>("--again")
        {
            Description = "Write them into the input once more, each to its partition, when what was at fault has been mended; with --cause. Default: off.",
        };
        var kafka = new KafkaOptions();
        var command = new Command("dead-letters", "Show the records that could not be used, with cause and origin; or write them into the input again.")
        {
            cause, last, again,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(again) && result.GetResult(cause) is null)
                result.AddError("--again: with --cause: what was malformed will be so again.");
        });
        kafka.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (topics, client) = kafka.Read(result);
            var since = result.GetValue(last) is { } span ? time.GetUtcNow() - span : DateTimeOffset.MinValue;
            return RunAsync(client, new Wanted(topics, result.GetValue(cause), since, result.GetValue(again)), cancellation);
        });
        return command;
    }

    private sealed record Wanted(Topics Topics, string? Cause, DateTimeOffset Since, bool Again)
    {
        public bool Has(Letter letter) => (Cause is null || Cause == letter.Cause) && letter.PutAside >= Since;
    }

    private static async Task<int> RunAsync(Dictionary<string, string> client, Wanted wanted, CancellationToken cancellation)
    {
        try
        {
            // What waits for a broker cannot be interrupted, only left behind.
            return await Task.Run(() => Run(client, wanted, cancellation), CancellationToken.None).WaitAsync(cancellation);
        }
        catch (InvalidOperationException e)
        {
            Output.Error($"dlgs dead-letters: {e.Message}");
            return 1;
        }
    }

    private static int Run(Dictionary<string, string> client, Wanted wanted, CancellationToken cancellation)
    {
        using var reader = new LetterReader(client, wanted.Topics.DeadLetters);
        using var publisher = wanted.Again ? new SipEventPublisher(client, wanted.Topics.SipEvents) : null;
        using var output = Output.Open();
        var (letters, without) = (0, 0);
        while (!reader.WasAtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Next(Step) is not { } letter || !wanted.Has(letter)) continue;
            letters++;
            output.WriteLine(PlainText.Of(Line(letter)));
            if (letter.Event is null) without++;
            else publisher?.Publish(letter.Event, cancellation);
        }
        output.Flush();
        if (publisher is null) return 0;
        var all = publisher.Flush(Flush);
        Output.Error($"dlgs dead-letters: {letters} found, {publisher.Delivered} are in {publisher.Topic} again, {publisher.Failed} failed, "
            + $"{without} have no event that could be" + (all ? "" : $"; the broker did not take the rest in {Flush.TotalSeconds:0} s: {publisher.LastError}"));
        return all && publisher.Failed == 0 ? 0 : 1;
    }

    private static string Line(Letter letter)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{letter.Written:yyyy-MM-dd HH:mm:ss} {letter.Origin}: {letter.Cause}");
        if (letter.Event is { } sipEvent)
        {
            line += $", {(sipEvent.Status > 0 ? $"{sipEvent.Status} to " : "")}{sipEvent.Method} of {sipEvent.CallId}";
            if (sipEvent.Proxy.Length > 0) line += $", seen by {sipEvent.Proxy}";
        }
        return letter.Exception is { } exception ? $"{line}, {exception.Split('\n')[0].TrimEnd()}" : line;
    }
}
