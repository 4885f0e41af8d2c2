using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>What a gateway does not start with, and what is said of it.</summary>
public sealed class GatewayOptionsTests
{
    private const string Key = "hep_authenticate_key=secret ";

    [Theory]
    [InlineData("", "hep_udp, hep_tcp, hep_tls: at least one of them")]
    [InlineData("hep_udp=127.0.0.1:9060 bootstrap_servers= embedded=true", "embedded: not for a gateway alone")]
    [InlineData("hep_udp=9060", "hep_udp: '9060' is no IP address (or localhost) with a port")]
    [InlineData("hep_udp=::1:9060", "hep_udp: '::1:9060' is no IP address")]
    [InlineData("hep_tcp=http://127.0.0.1:9060", "hep_tcp: 'http://127.0.0.1:9060' is no IP address")]
    [InlineData("hep_udp=0.0.0.0:9060", "hep_udp: '0.0.0.0:9060' is not loopback; whoever can reach it could make up calls: "
        + "set hep_allow and hep_authenticate_key, or use hep_tls.")]
    [InlineData("hep_udp=[::]:9060 hep_allow=10.0.0.0/8", "hep_udp: '[::]:9060' is not loopback; whoever can reach it could make up calls: "
        + "set hep_authenticate_key,")]
    [InlineData(Key + "hep_tcp=10.0.0.1:9060", "hep_tcp: '10.0.0.1:9060' is not loopback; whoever can reach it could make up calls: set hep_allow, or")]
    [InlineData("hep_tls=127.0.0.1:9061", "hep_tls: '127.0.0.1:9061' needs hep_certificate and hep_key, or tls_certificate and tls_key")]
    [InlineData("hep_tls=0.0.0.0:9061 tls_certificate=a tls_key=b hep_allow=10.0.0.0/8", "hep_tls: '0.0.0.0:9061' is not loopback; whoever can reach it could "
        + "make up calls: set hep_client_ca or hep_authenticate_key.")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_allow=10.0.0.256", "hep_allow: '10.0.0.256' is no IP address and no range of them")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_allow=,", "hep_allow: ',' names nobody")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_names=edge", "hep_names: 'edge' is not ID=NAME")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_names=1=a,1=b", "hep_names: 1 stands there twice")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_names=1=other", "hep_names: '1=other': other is what the gateway itself calls others")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_names=1=unknown", "hep_names: '1=unknown': unknown is what the gateway itself")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_names=5=hep-6", "hep_names: '5=hep-6': hep-6 is what the gateway itself")]
    [InlineData(Key + "hep_udp=127.0.0.1:9060 hep_authenticate_key_file=x", "hep_authenticate_key_file: not together with hep_authenticate_key")]
    [InlineData("hep_udp=127.0.0.1:9060 hep_authenticate_key_file=/nowhere", "hep_authenticate_key_file: '/nowhere' cannot be read")]
    [InlineData("hep_tls=127.0.0.1:9061 hep_certificate=/nowhere hep_key=/nowhere", "hep_certificate, hep_key: '/nowhere' and '/nowhere' are no certificate")]
    public void Failure_names_the_setting(string settings, string failure) =>
        Assert.StartsWith(failure, Assert.Single(Failures(settings)), StringComparison.Ordinal);

    [Theory]
    [InlineData("hep_udp=127.0.0.1:0"), InlineData("hep_udp=[::1]:0"), InlineData("hep_tcp=localhost:0")]
    [InlineData("hep_udp=127.0.0.1:0 hep_names=1=edge,2=edge,6=hep-6,7=hep-06,8=hep-x,9=hep-99999999999")]
    [InlineData(Key + "hep_udp=0.0.0.0:0 hep_allow=10.0.0.0/8"), InlineData(Key + "hep_tcp=[::]:0 hep_allow=2001:db8::1")]
    public void Allowed_are(string settings) => Assert.Empty(Failures(settings));

    [Fact]
    public void Key_out_of_a_file_is_the_one_that_is_asked_for()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "sesame\n");
        var rig = new IntakeRig(new GatewayOptions { AuthenticateKeyFile = file }).Take(new Mirrored { Key = "sesame" });
        File.Delete(file);
        Assert.Equal(1, rig.Queue.Count);
    }

    [Fact]
    public void Secret_is_no_option_of_the_command_line_and_every_other_setting_is()
    {
        var options = SettingSources.Options(RoomOptions.OfGateway).Select(option => option.Name).ToArray();
        Assert.Contains("--hep-udp", options);
        Assert.Contains("--rules", options);
        Assert.Contains("--hep-authenticate-key-file", options);
        Assert.DoesNotContain("--hep-authenticate-key", options);
        Assert.DoesNotContain("--lanes", options);
    }

    private static string[] Failures(string settings)
    {
        var given = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        given.TryAdd("bootstrap_servers", "127.0.0.1:1");
        try
        {
            using var app = (IDisposable)ServiceHost.BuildGateway(configuration => configuration.AddInMemoryCollection(given));
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
