using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Rules;

/// <summary>Where a part of an attribute comes from.</summary>
internal enum Source
{
    /// <summary>The rule itself.</summary>
    Constant = 0,
    From,
    To,
    RequestUri,
    PAssertedIdentity,
    PPreferredIdentity,
    RemotePartyId,
    Diversion,
    /// <summary>Any header field, by name.</summary>
    Header,
    SourceAddress,
    SourcePort,
    DestinationAddress,
    DestinationPort,
    CaptureId,
    Proxy,
}

/// <summary>What of it is taken.</summary>
internal enum Part
{
    /// <summary>All of the header field.</summary>
    Value = 0,
    Uri,
    User,
    Host,
    /// <summary>The canonical address-of-record.</summary>
    Address,
    /// <summary>The user as an E.164 number.</summary>
    Number,
    /// <summary>A parameter by name.</summary>
    Parameter,
}

/// <summary>Sources and parts as people write them.</summary>
internal static class SourceNames
{
    /// <summary>Stands before the name of a header field that is none of ours.</summary>
    public const string HeaderPrefix = "header:";

    private static readonly (string Name, Source Source)[] Sources =
    [
        ("From", Source.From),
        ("To", Source.To),
        ("Request-URI", Source.RequestUri),
        ("P-Asserted-Identity", Source.PAssertedIdentity),
        ("P-Preferred-Identity", Source.PPreferredIdentity),
        ("Remote-Party-ID", Source.RemotePartyId),
        ("Diversion", Source.Diversion),
        ("source-address", Source.SourceAddress),
        ("source-port", Source.SourcePort),
        ("destination-address", Source.DestinationAddress),
        ("destination-port", Source.DestinationPort),
        ("capture-id", Source.CaptureId),
        ("proxy", Source.Proxy),
    ];

    private static readonly (string Name, Part Part)[] Parts =
    [
        ("value", Part.Value), ("uri", Part.Uri), ("user", Part.User), ("host", Part.Host), ("user@host", Part.Address), ("number", Part.Number),
    ];

    public static IEnumerable<string> AllSources => Sources.Select(each => each.Name).Append(HeaderPrefix + "NAME");

    public static IEnumerable<string> AllParts => Parts.Select(each => each.Name).Append(";NAME");

    /// <summary>Null: there is none. Header fields have no case, and the others need none.</summary>
    public static Source? FindSource(string name) => Find(Sources, name);

    /// <summary>Null: there is none.</summary>
    public static Part? FindPart(string name) => Find(Parts, name);

    public static string? NearestSource(string name) => NearestName.Of(name, Sources.Select(each => each.Name));

    public static string? NearestPart(string name) => NearestName.Of(name, Parts.Select(each => each.Name));

    /// <summary>Of a source that is read from a header field; null: of another.</summary>
    public static string? HeaderOf(Source source) =>
        source is Source.From or Source.To or Source.PAssertedIdentity or Source.PPreferredIdentity or Source.RemotePartyId or Source.Diversion
            ? Sources.First(each => each.Source == source).Name
            : null;

    /// <summary>Whether it has parts: an address, or what may be one.</summary>
    public static bool HasParts(Source source) => source is Source.RequestUri or Source.Header || HeaderOf(source) is not null;

    private static T? Find<T>((string Name, T Value)[] all, string name) where T : struct =>
        all.Where(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(each => (T?)each.Value).FirstOrDefault();
}
