namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>sipp, on loopback.</summary>
internal static class Sipp
{
    /// <param name="port">Its own.</param>
    /// <param name="arguments">What it does.</param>
    public static ChildProcess Start(int port, params IEnumerable<string> arguments) =>
        // It takes ports for media that nobody sends, and gives up where a hundred above its default are taken.
        new("sipp", [.. arguments, "-i", "127.0.0.1", "-p", $"{port}", "-mp", $"{LoopbackPort.Free()}", "-nostdin"]);
}
