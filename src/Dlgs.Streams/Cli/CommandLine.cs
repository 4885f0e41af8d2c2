using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Terminal;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Cli;

/// <summary>The commands, and what becomes of one that is wrong, fails, or is told to end: a line and an exit code, never a stack trace.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static ParseResult Parse(string[] args, TimeProvider time)
    {
        var dlgs = new RootCommand("Dlgs.Streams: counts and tracks the calls of all your SIP proxies, on Kafka.")
        {
            DemoCommand.Create(time),
            ServeCommand.Create(),
            GatewayCommand.Create(),
            ReplayCommand.Create(time),
            ChangesCommand.Create(time),
            DeadLettersCommand.Create(time),
            CountCommand.Create(),
            GetCommand.Create(time),
            ListCommand.Create(time),
            ListCommand.CreateBriefing(time),
            StatsCommand.Create(),
            ClusterCommand.Create(),
            GroupCommand.Create(),
            WatchCommand.Create(),
            TagCommand.Create(time),
            CloseCommand.Create(time),
            InspectCommand.Create(),
            RulesCommand.Create(),
            LeaveCommand.Create(),
            HealthCommand.Create(),
            CompletionCommand.Create(),
        };
        dlgs.Options.OfType<VersionOption>().Single().Action = new VersionLine();
        // @example.com is a value here, not a file of arguments.
        return dlgs.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }

    public static async Task<int> RunAsync(string[] args, TimeProvider time)
    {
        var command = Parse(args, time);
        var name = NameOf(command);
        if (StandardStream.IsClosed(1)) return Fail($"{name}: the standard output is closed; > /dev/null throws it away.");
        if (StandardStream.IsClosed(2)) Console.SetError(TextWriter.Null);
        Interruption.Listen(PatienceWith(command));
        try
        {
            if (command.Action is ParseErrorAction mistake) return Correct(command, mistake);
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            // On another thread: what hangs is left behind.
            return await Task.Run(() => command.InvokeAsync(invocation, Interruption.Told), CancellationToken.None).WaitAsync(Interruption.Overdue);
        }
        catch (OperationCanceledException) when (Interruption.Told.IsCancellationRequested)
        {
            return Interruption.ExitCode;
        }
        catch (OutputFailure failure)
        {
            return failure.ReaderHasLeft ? 0 : Fail($"{name}: the output could not be written: {failure.Message}");
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) Output.Error($"{name}: {failure}");
            return WrongUsageOf(command);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail($"{name}: {e.Message}");
        }
        // A fault of the program: people read what happened.
        catch (Exception e)
        {
            return Fail($"{name}: the program failed: {e.GetType().Name}: {e.Message}");
        }
    }

    private static string NameOf(ParseResult command)
    {
        var words = "";
        for (var named = command.CommandResult; named is { Command: not RootCommand }; named = named.Parent as CommandResult)
            words = $" {named.Command.Name}{words}";
        return $"dlgs{words}";
    }

    /// <summary>Who is told to end, does: the service within its own limits, a question at once.</summary>
    private static TimeSpan PatienceWith(ParseResult command) =>
        command.CommandResult.Command.Name is "serve" or "gateway" or "demo" ? ServiceHost.StopTimeout * 2 : TimeSpan.FromSeconds(2);

    /// <summary>A bad argument is one line; the whole help is for who named no command.</summary>
    private static int Correct(ParseResult command, ParseErrorAction mistake)
    {
        if (command.CommandResult.Command is RootCommand) mistake.Invoke(command);
        else foreach (var error in command.Errors) Output.Error($"{NameOf(command)}: {error.Message}");
        return WrongUsageOf(command);
    }

    /// <summary>Docker's HEALTHCHECK knows 0 and 1, and reserves 2.</summary>
    private static int WrongUsageOf(ParseResult command) => command.CommandResult.Command.Name is "health" ? Failed : WrongUsage;

    private static int Fail(string why)
    {
        Output.Error(why);
        return Failed;
    }
}
