using System.CommandLine;
using System.Globalization;
using System.Runtime.ExceptionServices;
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

    /// <summary>What was interrupted has this long to be delivered: a command that was told to end has 2 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.7);

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
            Description = "Write them into the input once more, each to its partition, when what was at fault has been mended; with --cause. "
                + "Not those of before late_lifetime (a setting). Default: off.",
        };
        var late = new Option<bool>("--late")
        {
            Description = "With --again, those of before late_lifetime too: a call that was settled and is forgotten is settled, and billed, again. "
                + "Default: off.",
        };
        var kafka = new KafkaOptions();
        var command = new Command("dead-letters", "Show the records that could not be used, with cause and origin; or write them into the input again.")
        {
            cause, last, again, late,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(again) && result.GetResult(cause) is null)
                result.AddError("--again: with --cause: what was malformed will be so again.");
            if (result.GetValue(late) && !result.GetValue(again)) result.AddError("--late: with --again.");
        });
        kafka.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (topics, client) = kafka.Read(result);
            var since = result.GetValue(last) is { } span ? time.GetUtcNow() - span : DateTimeOffset.MinValue;
            var lifetime = kafka.ReadLateLifetime(result);
            var known = new KnownCalls(lifetime, result.GetValue(late) ? DateTimeOffset.MinValue : time.GetUtcNow() - lifetime);
            return RunAsync(client, new Wanted(topics, result.GetValue(cause), since, result.GetValue(again) ? known : null), cancellation);
        });
        return command;
    }

    /// <param name="Topics">Of the service.</param>
    /// <param name="Cause">Null: every cause.</param>
    /// <param name="Since">What was put aside before that is not wanted.</param>
    /// <param name="Again">Into the input, and whose calls are known for that; null: they are shown only.</param>
    private sealed record Wanted(Topics Topics, string? Cause, DateTimeOffset Since, KnownCalls? Again)
    {
        public bool Has(Letter letter) => (Cause is null || Cause == letter.Cause) && letter.PutAside >= Since;
    }

    private static async Task<int> RunAsync(Dictionary<string, string> client, Wanted wanted, CancellationToken cancellation)
    {
        // What waits for a broker cannot be interrupted, only left behind.
        var run = Task.Run(() => Run(client, wanted, cancellation), CancellationToken.None);
        try
        {
            return await run.WaitAsync(cancellation);
        }
        // What was fed by then is delivered and told, in the time that a command has to end.
        catch (OperationCanceledException) when (wanted.Again is not null)
        {
            return await run;
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
        using var output = Output.Open();
        if (wanted.Again is { } known)
        {
            using var publisher = new SipEventPublisher(client, wanted.Topics.SipEvents);
            return Feed(new LetterFeed(publisher, known), Read(reader, wanted, cancellation), output, cancellation);
        }
        foreach (var letter in Read(reader, wanted, cancellation)) output.WriteLine(PlainText.Of(Line(letter)));
        output.Flush();
        return 0;
    }

    private static IEnumerable<Letter> Read(LetterReader reader, Wanted wanted, CancellationToken cancellation)
    {
        while (!reader.WasAtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Next(Step) is { } letter && wanted.Has(letter)) yield return letter;
        }
    }

    /// <summary>Whatever ends it, what was fed is delivered and told.</summary>
    private static int Feed(LetterFeed feed, IEnumerable<Letter> letters, StreamWriter output, CancellationToken cancellation)
    {
        OutputFailure? unread = null;
        ExceptionDispatchInfo? end = null;
        try
        {
            foreach (var letter in letters)
            {
                Show(() => output.WriteLine(PlainText.Of(Line(letter))));
                feed.Take(letter, cancellation);
            }
            Show(output.Flush);
        }
        catch (Exception e)
        {
            end = ExceptionDispatchInfo.Capture(e);
        }
        var all = feed.Flush(cancellation.IsCancellationRequested ? Patience : Flush, out var summary);
        Output.Error($"dlgs dead-letters: {(end is null ? "" : "ended before all letters were read: ")}{summary}");
        end?.Throw();
        if (unread is { ReaderHasLeft: false }) throw unread;
        return all ? 0 : 1;

        // Lines for as long as somebody reads them (`| head`): half of the letters fed, and nothing told, would be worse.
        void Show(Action write)
        {
            if (unread is not null) return;
            try
            {
                write();
            }
            catch (OutputFailure failure)
            {
                unread = failure;
            }
        }
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
