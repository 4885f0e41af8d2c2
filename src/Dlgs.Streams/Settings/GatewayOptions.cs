using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>Where capture agents send what they mirror (HEP), which of them may, and what is kept for them.</summary>
internal sealed record GatewayOptions : IValidatableObject
{
    [Setting("hep_udp", "Address where HEP comes in by UDP: ADDR:PORT, as 127.0.0.1:9060 or [::]:9060. Beyond loopback hep_allow and "
        + "hep_authenticate_key. Empty: none.", Example = "127.0.0.1:9060")]
    public string Udp { get; init; } = "";

    [Setting("hep_tcp", "The same by TCP.", Example = "127.0.0.1:9060")]
    public string Tcp { get; init; } = "";

    [Setting("hep_tls", "The same by TLS. Beyond loopback hep_client_ca or hep_authenticate_key.", Example = "127.0.0.1:9061")]
    public string Tls { get; init; } = "";

    [Setting("hep_allow", "Who may send HEP: addresses and networks, as 10.0.0.7,10.1.0.0/16,2001:db8::/32. Empty: whoever can.", Example = "127.0.0.0/8,::1")]
    public string Allow { get; init; } = "";

    [Setting("hep_authenticate_key", "What each HEP frame has to have as its authenticate key (chunk 14). Empty: nothing is asked for.", IsSecret = true)]
    public string AuthenticateKey { get; init; } = "";

    [Setting("hep_authenticate_key_file", "File with that key, in its place; read at start.")]
    public string AuthenticateKeyFile { get; init; } = "";

    [Setting("hep_names", "Names of the proxies that capture agents mirror, by capture id: ID=NAME[,...]. These agents always have a place, beside "
        + "hep_agents; of another the name is hep-ID.",
        Example = "2001=edge-1,2002=core")]
    public string Names { get; init; } = "";

    [Setting("hep_certificate", "PEM file with the certificate (chain) of hep_tls.", Example = "/etc/dlgs/hep.crt", Else = "tls_certificate")]
    public string CertificateFile { get; init; } = "";

    [Setting("hep_key", "PEM file with that certificate's private key.", Example = "/etc/dlgs/hep.key", Else = "tls_key")]
    public string KeyFile { get; init; } = "";

    [Setting("hep_client_ca", "PEM file with the authorities that vouch for the agents' certificates at hep_tls.", Example = "/etc/dlgs/agents.crt",
        Else = "tls_client_ca")]
    public string ClientCaFile { get; init; } = "";

    [Setting("hep_connections", "Connections at once, each port of HEP. Where there is no more room, the oldest makes room that has sent no good "
        + "frame; or who has been silent the longest, for a minute or more; or nobody does.")]
    [Count(2, 100_000)]
    public int Connections { get; init; } = 1_000;

    [Setting("hep_udp_sockets", "Sockets, with a thread each, at hep_udp: the system gives each sender to one of them."), Count(1, 64)]
    public int UdpSockets { get; init; } = 2;

    [Setting("hep_receive_buffer", "Bytes that the system keeps of datagrams that were not yet read, each socket; it may give less, and a line says so.")]
    [Bytes(65_536, 1 << 30)]
    public int ReceiveBuffer { get; init; } = 4 << 20;

    [Setting("hep_queue", "Bytes of memory that events take that wait for the brokers, some 1 KB each. Above it "
        + "TCP is not read, and what comes by UDP is dropped, and counted.")]
    [Bytes(1 << 20, 2_000_000_000)]
    public int Queue { get; init; } = 256 << 20;

    [Setting("hep_agents", "Capture ids that are told apart, by their clocks and in the metrics; a new one takes the place of one that was silent for "
        + "an hour.")]
    [Count(1, 10_000)]
    public int Agents { get; init; } = 100;

    [Setting("hep_segments", "Bytes of SIP messages over several TCP segments that wait for their rest."), Bytes(65_536, 1 << 30)]
    public int SegmentBytes { get; init; } = 4 << 20;

    [Setting("hep_segment_time", "Seconds that such a message waits for its rest; then what there is is read."), Seconds(1, 60)]
    public TimeSpan SegmentTime { get; init; } = TimeSpan.FromSeconds(2);

    public bool IsOn => Udp.Length + Tcp.Length + Tls.Length > 0;

    /// <summary>Null: it does not listen there.</summary>
    public HepAddress? ListenUdp => HepAddress.Parse(Udp, out _);

    /// <summary>Null: it does not listen there.</summary>
    public HepAddress? ListenTcp => HepAddress.Parse(Tcp, out _);

    /// <summary>Null: it does not listen there.</summary>
    public HepAddress? ListenTls => HepAddress.Parse(Tls, out _);

    /// <summary>Null: everybody.</summary>
    public AddressList? Allowed => Allow.Length == 0 ? null : AddressList.Parse(Allow, out _);

    /// <summary>Read where the key stands in a file. Empty: none is asked for.</summary>
    public byte[] ReadKey() => Encoding.UTF8.GetBytes(TryReadKey(out var key) is null ? key : "");

    private bool AsksForKey => AuthenticateKey.Length + AuthenticateKeyFile.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Failures().Select(failure => new ValidationResult(failure));

    private IEnumerable<string> Failures()
    {
        foreach (var (setting, text) in new[] { ("hep_udp", Udp), ("hep_tcp", Tcp) })
            if (text.Length > 0 && PlainFailure(setting, text) is { } failure) yield return failure;
        if (Tls.Length > 0 && TlsFailure() is { } wrong) yield return wrong;
        if (Allow.Length > 0 && AddressList.Parse(Allow, out var why) is null) yield return $"hep_allow: {why}";
        if (HepNames.Parse(Names, out why) is null) yield return $"hep_names: {why}";
        if (TryReadKey(out _) is { } unread) yield return unread;
    }

    private string? PlainFailure(string setting, string text)
    {
        if (HepAddress.Parse(text, out var failure) is not { } address) return $"{setting}: {failure}";
        if (address.IsLoopback || Allow.Length > 0 && AsksForKey) return null;
        string[] missing = [.. Allow.Length == 0 ? (string[])["hep_allow"] : [], .. AsksForKey ? (string[])[] : ["hep_authenticate_key"]];
        return $"{setting}: '{text}' is not loopback; whoever can reach it could make up calls: set {string.Join(" and ", missing)}, or use hep_tls.";
    }

    private string? TlsFailure()
    {
        if (HepAddress.Parse(Tls, out var failure) is not { } address) return $"hep_tls: {failure}";
        if (CertificateFile.Length == 0 || KeyFile.Length == 0) return $"hep_tls: '{Tls}' needs hep_certificate and hep_key, or tls_certificate and tls_key.";
        return address.IsLoopback || ClientCaFile.Length > 0 || AsksForKey ? null
            : $"hep_tls: '{Tls}' is not loopback; whoever can reach it could make up calls: set hep_client_ca or hep_authenticate_key.";
    }

    /// <summary>Null: it was read, or there is none.</summary>
    private string? TryReadKey(out string key)
    {
        key = AuthenticateKey;
        if (AuthenticateKeyFile.Length == 0) return null;
        return AuthenticateKey.Length > 0
            ? "hep_authenticate_key_file: not together with hep_authenticate_key."
            : SecretFiles.WhyNot("hep_authenticate_key_file", AuthenticateKeyFile, out key);
    }
}

[OptionsValidator]
internal sealed partial class GatewayOptionsCheck : IValidateOptions<GatewayOptions>;
