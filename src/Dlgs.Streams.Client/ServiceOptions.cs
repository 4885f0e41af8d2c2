namespace Dlgs.Streams.Client;

/// <summary>Where an instance of the service is, and how long it may take.</summary>
public sealed record ServiceOptions
{
    /// <summary>
    /// Scheme, host and port of any instance. http:// is plain text, which the service speaks on loopback only; https:// is TLS. Default:
    /// http://127.0.0.1:5090.
    /// </summary>
    public string Address { get; init; } = "http://127.0.0.1:5090";

    /// <summary>
    /// A file in PEM with the certificates of the authorities that are trusted, instead of those of the machine; for https:// only. It is read
    /// once. Default: none.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// For an answer, connecting included, where a call gives no deadline of its own. Above 0. Default: 5 s. A policy check in a call set-up has
    /// less time than that.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a connection, name and TLS included. Above 0. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
