using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>How instances of one service find each other, to answer for the whole cluster.</summary>
internal sealed record PeerOptions : IValidatableObject
{
    private const string Dns = "dns:";

    [Setting("peer", "Address where the other instances of the service ask this one; beyond loopback https. Empty: none, it answers for its own partitions.",
        Example = "https://0.0.0.0:5070")]
    public string Address { get; init; } = "";

    [Setting("peers", "Where others may be found: dns:NAME:PORT (all addresses of a headless service), or peer addresses, URL[,...]. They tell of the rest.",
        Example = "dns:dlgs-peers:5070")]
    public string Seeds { get; init; } = "";

    [Setting("peer_advertise", "Address where the others reach peer, if not where its connections come from: behind a translation of addresses.",
        Example = "https://10.0.0.7:5070")]
    public string AdvertisedAddress { get; init; } = "";

    [Setting("peer_certificate", "PEM file with the certificate (chain), with the SAN dlgs-peer, that this instance shows the others where peer is https.",
        Example = "/etc/dlgs/peer.crt", Else = "tls_certificate")]
    public string CertificateFile { get; init; } = "";

    [Setting("peer_key", "PEM file with that certificate's private key.", Example = "/etc/dlgs/peer.key", Else = "tls_key")]
    public string KeyFile { get; init; } = "";

    [Setting("peer_ca", "PEM file with the authorities that vouch for the instances' certificates.", Example = "/etc/dlgs/peers.crt", Else = "tls_client_ca")]
    public string CaFile { get; init; } = "";

    [Setting("peer_timeout", "Seconds that another instance may be silent before it is not asked until it is heard again."), Seconds(1, 60)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Null: it has no peers.</summary>
    public ListenAddress? Listen => Address.Length == 0 ? null : ListenAddress.Parse(Address, out _);

    /// <summary>Null: where it listens, or, if that is everywhere, where its connections come from.</summary>
    public Uri? Advertised => AdvertisedAddress.Length == 0 ? null : new Uri(AdvertisedAddress);

    /// <summary>Null: seeds are addresses.</summary>
    public (string Name, int Port)? DnsSeed => Seeds.StartsWith(Dns, StringComparison.OrdinalIgnoreCase) ? ParseDns(Seeds[Dns.Length..]) : null;

    public IReadOnlyList<Uri> AddressSeeds => DnsSeed is not null ? [] : [.. Parts().Select(part => new Uri(part))];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Failure() is { } failure) yield return new ValidationResult(failure);
    }

    private string? Failure()
    {
        if (Address.Length == 0) return Seeds.Length == 0 ? null : "peers: needs peer, the address where those ask this instance.";
        if (ListenAddress.Parse(Address, out var failure) is not { } address) return $"peer: {failure}";
        if (!address.IsTls && !address.IsLoopback) return $"peer: '{Address}' is not loopback; beyond it peers prove what they are, over https.";
        if (address.IsTls && (CertificateFile.Length == 0 || KeyFile.Length == 0 || CaFile.Length == 0))
            return $"peer: '{Address}' needs peer_certificate, peer_key and peer_ca.";
        if (AdvertisedAddress.Length > 0 && FailureAt("peer_advertise", AdvertisedAddress, address) is { } wrong) return wrong;
        if (Seeds.StartsWith(Dns, StringComparison.OrdinalIgnoreCase)) return DnsSeed is null ? $"peers: '{Seeds}' is not dns:NAME:PORT." : null;
        return Parts().Select(part => FailureAt("peers", part, address)).FirstOrDefault(each => each is not null);
    }

    /// <summary>Null: peers may be there, as those see it who speak as this one does.</summary>
    private static string? FailureAt(string setting, string text, ListenAddress own) => ListenAddress.Parse(text, out _) switch
    {
        null => $"{setting}: '{text}' is no address, as http://127.0.0.1:5070{(setting == "peers" ? ", and not dns:NAME:PORT" : "")}.",
        { IsWildcard: true } => $"{setting}: '{text}' is everywhere; say at which address it is reached.",
        var at when at.IsTls != own.IsTls => $"{setting}: '{text}', and peer is {(own.IsTls ? "https" : "http")}: all instances speak the same.",
        { IsTls: false, IsLoopback: false } => $"{setting}: '{text}' is not loopback; beyond it peers prove what they are, over https.",
        _ => null,
    };

    private string[] Parts() => Seeds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static (string, int)? ParseDns(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536
            ? (text[..colon], port)
            : null;
    }
}

[OptionsValidator]
internal sealed partial class PeerOptionsCheck : IValidateOptions<PeerOptions>;
