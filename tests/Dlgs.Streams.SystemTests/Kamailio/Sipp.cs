namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>sipp, on loopback.</summary>
internal static class Sipp
{
    /// <summary>Of the next one, below those of LoopbackPort; each takes this and the one after the next.</summary>
    private static int mediaPort = 10_000 + Random.Shared.Next(2_000) * 4;

    /// <param name="port">Its own.</param>
    /// <param name="arguments">What it does.</param>
    public static ChildProcess Start(int port, params IEnumerable<string> arguments) =>
        // It takes ports for media that nobody sends, and gives up where all that it looks at are taken.
        new("sipp", [.. arguments, "-i", "127.0.0.1", "-p", $"{port}", "-mp", $"{Interlocked.Add(ref mediaPort, 4)}", "-nostdin"]);
}
