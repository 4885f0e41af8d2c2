using System.CommandLine;
using System.CommandLine.Invocation;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Hosting;

var dlgs = new RootCommand("Dlgs.Streams: counts and tracks the calls of all your SIP proxies, on Kafka.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    ReplayCommand.Create(),
    ChangesCommand.Create(),
    CountCommand.Create(),
    GetCommand.Create(),
    ListCommand.Create(),
    InspectCommand.Create(),
    LeaveCommand.Create(),
};
// @example.com is a value here, not a file of arguments.
var command = dlgs.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
// A bad argument is one line; the whole help is for who named no command.
if (command.Action is ParseErrorAction mistake) mistake.ShowHelp = command.CommandResult.Command == dlgs;
// Who is told to end, does: the service within its own limits, a question at once.
var isService = command.CommandResult.Command.Name is "serve" or "demo";
var timeToEnd = isService ? ServiceHost.StopTimeout * 2 : TimeSpan.FromSeconds(2);
var code = await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = timeToEnd });
// 1 is for what was asked for and did not work.
return command.Action is ParseErrorAction ? 2 : code;
