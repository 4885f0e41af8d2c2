using System.CommandLine;
using System.Net;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs health: how the instance on this host is, in an exit code. An image that has neither a shell nor curl asks itself by it.</summary>
internal static class HealthCommand
{
    /// <summary>A probe looks things up and waits for nothing: an instance that takes longer is not well.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>Of an answer. Whoever says more is no probe of ours.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    public static Command Create()
    {
        var config = new ConfigOption();
        var probes = new Option<string>("--probes") { Description = "Address of its port of probes. [probes] Default: none.", HelpName = "URL" };
        var http = new Option<string>("--http")
        {
            Description = $"Address of its HTTP, where it has no port of probes. [http] Default: '{new HttpOptions().Address}'.",
            HelpName = "URL",
        };
        var ready = new Option<bool>("--ready")
        {
            Description = "Whether it is ready: none of its partitions is being restored. Default: whether it is alive.",
        };
        var command = new Command("health", "Ask the instance on this host how it is, where the settings say that it listens: exit code 0, or 1 and why not.")
        {
            config, probes, http, ready,
        };
        command.SetAction((result, cancellation) =>
        {
            var options = Read(config, result, [probes, http]);
            var (name, address) = options.Probes.Length > 0 ? ("probes", options.Probes) : ("http", options.Address);
            if (address.Length == 0) return Refuse("neither probes nor http names a port to ask.");
            if (ListenAddress.Parse(address, out var why) is not { } listen) return Refuse($"{name}: {why}");
            if (listen.Port == 0) return Refuse($"{name}: '{address}' leaves the port open: there is none to ask.");
            // Who asks there has to be somebody, and a probe is nobody.
            if (listen.IsTls) return Refuse($"{listen.Address}:{listen.Port} speaks TLS; set probes, a plain port that is for this.");
            return AskAsync(new Uri(AddressOf(listen), result.GetValue(ready) ? "/readyz" : "/healthz"), cancellation);
        });
        return command;
    }

    /// <summary>Where it listens, and no more: whether it may is for it to say.</summary>
    private static HttpOptions Read(ConfigOption config, ParseResult result, Option[] settings)
    {
        using var configuration = new ConfigurationManager();
        config.AddTo(configuration, result, settings);
        var options = new HttpOptions();
        return options with { Address = configuration["http"] ?? options.Address, Probes = configuration["probes"] ?? options.Probes };
    }

    /// <summary>Of every address of the machine, the one that leads to itself.</summary>
    private static Uri AddressOf(ListenAddress listen)
    {
        var loopback = listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        return new UriBuilder("http", (listen.IsWildcard ? loopback : listen.Address).ToString(), listen.Port).Uri;
    }

    private static Task<int> Refuse(string why)
    {
        Output.Error($"dlgs health: {why}");
        return Task.FromResult(1);
    }

    private static async Task<int> AskAsync(Uri probe, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Deadline, MaxResponseContentBufferSize = MaxAnswerBytes };
        try
        {
            using var response = await client.GetAsync(probe, cancellation);
            var said = await response.Content.ReadAsStringAsync(cancellation);
            if (response.IsSuccessStatusCode && said.Split(':')[0] is "Healthy" or "Degraded")
            {
                Output.Line($"{probe}: {said}");
                return 0;
            }
            return Fail(said.StartsWith("Unhealthy", StringComparison.Ordinal) ? said : $"it is no instance of dlgs, and answers {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return Fail(e.GetBaseException().Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Fail($"no answer within {Deadline.TotalSeconds} s");
        }

        int Fail(string why)
        {
            Output.Error($"dlgs health: {probe}: {why}");
            return 1;
        }
    }
}
