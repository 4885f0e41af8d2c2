namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A Kamailio that mirrors what it sees, in one of the ways.</summary>
/// <param name="Name">As it is told to the gateway (hep_names).</param>
/// <param name="CaptureId">Its own.</param>
/// <param name="Define">What its configuration is told, if anything.</param>
internal sealed record Mirror(string Name, int CaptureId, string? Define = null)
{
    public static readonly Mirror[] All =
    [
        new("udp", 2001) { IsUdp = true }, new("tcp", 2002), new("topos", 2003, "TOPOS"), new("topoh", 2004, "TOPOH"),
        new("uac", 2005, "UAC") { IsChallenged = true },
    ];

    public bool IsUdp { get; private init; }

    /// <summary>The callees ask it for credentials.</summary>
    public bool IsChallenged { get; private init; }
}
