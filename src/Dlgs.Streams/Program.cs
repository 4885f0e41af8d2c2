using System.CommandLine;

var dlgs = new RootCommand("Dlgs.Streams: counts and tracks the calls of all your SIP proxies, on Kafka.");
return await dlgs.Parse(args).InvokeAsync();
