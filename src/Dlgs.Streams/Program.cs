return await Dlgs.Streams.Cli.CommandLine.RunAsync(args, TimeProvider.System);
