using System.CommandLine;
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
return await dlgs.Parse(args).InvokeAsync();
