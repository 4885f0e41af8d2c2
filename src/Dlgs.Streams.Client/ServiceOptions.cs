namespace Dlgs.Streams.Client;

/// <summary>Where instances of the service are, how long they may take, and how often one question may be asked.</summary>
public sealed record ServiceOptions
{
    /// <summary>
    /// Scheme, host and port of any instance, or of several: "http://a:5090,http://b:5090". Or dns:NAME:PORT: each A and AAAA record of the name is an
    /// instance, and the name is asked for again every 3 s; with TLS dns:https://NAME:PORT, and the certificates are NAME's. Several have to know each
    /// other (setting peers), so that each answers for all; they are asked in turn. http:// is plain text, which the service speaks on loopback only;
    /// https:// is TLS. Default: http://127.0.0.1:5090.
    /// </summary>
    public string Address { get; init; } = "http://127.0.0.1:5090";

    /// <summary>
    /// A file in PEM with the certificates of the authorities that are trusted, instead of those of the machine; for https:// only. When it is replaced,
    /// as the two below, what is asked next goes over a new connection. Default: none.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// A file in PEM with the certificate that says who asks, and behind it those between it and its authority; for https:// only. Default: none.
    /// </summary>
    public string? CertificateFile { get; init; }

    /// <summary>A file in PEM with the private key of the certificate. Default: it stands in the certificate's file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// A file with the bearer token that says who asks; read again when it is replaced, as tokens are. It goes over https://, or to loopback, and nowhere
    /// else. Default: none.
    /// </summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// Gives the bearer token instead of a file, for each attempt of each question: it should keep it until it is about to expire. Default: none.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? Token { get; init; }

    /// <summary>
    /// For an answer, connecting and asking again included, where a call gives no deadline of its own. Above 0. Default: 5 s. A policy check in a call
    /// set-up has less time than that.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For a connection, name and TLS included. Above 0. Default: 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often one question is asked, at the most, while instances are not there or not ready: of another one at once, of the same one after a pause.
    /// 1 to 10. Default: 4. 1: once.
    /// </summary>
    public int Attempts { get; init; } = 4;

    /// <summary>
    /// A read that has no answer after this time is asked of another instance too; the first answer counts, and the other is given up. Above 0. Default:
    /// none, and one instance is asked. It costs a second question where it comes to that: about the time that 95 of 100 answers take is a good value.
    /// </summary>
    public TimeSpan? HedgingDelay { get; init; }

    /// <summary>
    /// Reads have what this object has written: for a minute, they demand the positions that tags, closes and counted INVITEs returned. As a rule that
    /// waits for nothing; while a partition moves, or does not answer, a read waits for it. Default: on.
    /// </summary>
    public bool ReadYourWrites { get; init; } = true;
}
