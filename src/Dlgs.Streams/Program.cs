using System.CommandLine;
using System.CommandLine.Invocation;
using Dlgs.Streams.Cli;

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
};
// @example.com is a value here, not a file of arguments.
var command = dlgs.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
// A bad argument is one line; the whole help is for who named no command.
if (command.Action is ParseErrorAction mistake) mistake.ShowHelp = command.CommandResult.Command == dlgs;
var code = await command.InvokeAsync();
// 1 is for what was asked for and did not work.
return command.Action is ParseErrorAction ? 2 : code;
