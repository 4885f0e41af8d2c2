using System.CommandLine;
using Dlgs.Streams.Client;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>Where the service is that a command asks, and whose certificate it may have; what goes wrong there is one line.</summary>
internal sealed class ServerOption(string description)
{
    private readonly ConfigOption config = new();

    private readonly Option<string> address = new("--server")
    {
        Description = $"{description} [server] Default: '{new CommandOptions().Server}'.",
        HelpName = "URL[,...]",
    };

    private readonly Option<string> ca = new("--ca")
    {
        Description = "The authorities that are trusted, in PEM, for an https address. [ca] Default: this machine's.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(config);
        command.Add(address);
        command.Add(ca);
        address.Validators.Add(result =>
        {
            if (!ServiceAddress.IsList(result.GetValueOrDefault<string>())) result.AddError($"--server: {ServiceAddress.ExpectedList}.");
        });
    }

    /// <summary>Exit code 1 for what goes wrong, 2 for a bad argument; else what the answer makes of it.</summary>
    public async Task<int> AskAsync<TClient>(ParseResult result, Func<ServiceOptions, TClient> connect, Func<TClient, Task<int>> ask)
        where TClient : IDisposable
    {
        TClient client;
        try
        {
            var settings = config.Read<CommandOptions>(result, [address, ca]);
            client = connect(new ServiceOptions { Address = settings.Server, CaFile = settings.CaFile });
        }
        catch (ArgumentException e)
        {
            Output.Error($"dlgs: {e.Message}");
            return 2;
        }
        using var connection = client;
        try
        {
            return await ask(client);
        }
        catch (QueryException e)
        {
            Output.Error($"dlgs: {e.Message}{WhatToDo(e)}");
            return e is ArgumentRefusedException ? 2 : 1;
        }
    }

    private static string WhatToDo(QueryException failure) => failure is UnreachableException unreachable
        ? unreachable.Why switch
        {
            UnreachableCause.NothingAnswers => " Is 'dlgs serve' running? --server says where.",
            UnreachableCause.UntrustedCertificate => " --ca names the authorities to trust.",
            UnreachableCause.UnknownHost or UnreachableCause.SpeaksTls or UnreachableCause.SpeaksPlainText or UnreachableCause.AnotherService => "",
        }
        : "";
}
