using System.CommandLine;
using Dlgs.Streams.Terminal;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Cli;

/// <summary>Where the service is that a command asks; what goes wrong there is one line.</summary>
internal sealed class ServerOption : Option<string>
{
    public const string DefaultAddress = "http://127.0.0.1:5090";

    public ServerOption(string description)
        : base("--server")
    {
        Description = description;
        HelpName = "URL";
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("DLGS_SERVER") ?? DefaultAddress;
        Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                result.AddError("--server: an address, as http://127.0.0.1:5090.");
        });
    }

    /// <summary>Exit code 1 for what goes wrong, 2 for a bad argument; else what the answer makes of it.</summary>
    public async Task<int> AskAsync(ParseResult result, Func<GrpcChannel, Task<int>> ask)
    {
        var address = result.GetRequiredValue(this);
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            return await ask(channel);
        }
        catch (RpcException e)
        {
            Output.Error(e.StatusCode == StatusCode.Unavailable && e.Status.DebugException is not null
                ? $"dlgs: nothing answers at {address}. Is 'dlgs serve' running? --server says where."
                : $"dlgs: {e.Status.Detail}");
            return e.StatusCode == StatusCode.InvalidArgument ? 2 : 1;
        }
    }
}
