using System.CommandLine;
using Dlgs.Streams.Client;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>Where the service is that a command asks, whose certificate it may have, and who asks; what goes wrong there is one line.</summary>
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

    private readonly Option<string> certificate = new("--certificate")
    {
        Description = "The certificate that says who asks, in PEM, for an https address. [certificate] Default: none.",
        HelpName = "FILE",
    };

    private readonly Option<string> key = new("--key")
    {
        Description = "The certificate's private key, in PEM. [key] Default: it stands in the certificate's file.",
        HelpName = "FILE",
    };

    // A file: what stands on a command line, everybody on the machine can read.
    private readonly Option<string> tokenFile = new("--token-file")
    {
        Description = "The bearer token that says who asks, over https or to loopback. [token_file] Default: none.",
        HelpName = "FILE",
    };

    private Option[] Settings => [address, ca, certificate, key, tokenFile];

    public void AddTo(Command command)
    {
        command.Add(config);
        foreach (var setting in Settings) command.Add(setting);
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
            var settings = config.Read<CommandOptions>(result, Settings);
            client = connect(new ServiceOptions
            {
                Address = settings.Server, CaFile = settings.CaFile,
                CertificateFile = settings.CertificateFile, KeyFile = settings.KeyFile, TokenFile = settings.TokenFile,
            });
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

    private static string WhatToDo(QueryException failure) => failure switch
    {
        UnreachableException unreachable => WhatToDo(unreachable.Why),
        UnauthenticatedException => " --certificate and --key, or --token-file, say who asks.",
        _ => "",
    };

    private static string WhatToDo(UnreachableCause why) => why switch
    {
        UnreachableCause.NothingAnswers => " Is 'dlgs serve' running? --server says where.",
        UnreachableCause.UntrustedCertificate => " --ca names the authorities to trust.",
        UnreachableCause.OthersCertificate => " --server has to name the host as its certificate does.",
        UnreachableCause.WantsCertificate => " --certificate and --key name yours.",
        UnreachableCause.RefusesCertificate => " It has to be of an authority that the service trusts (its tls_client_ca).",
        UnreachableCause.UnknownHost or UnreachableCause.SpeaksTls or UnreachableCause.SpeaksPlainText or UnreachableCause.AnotherService => "",
    };
}
