namespace Dlgs.Streams.Tests.Http.JsonRpc;

/// <summary>Bodies that are sent (&gt;), and what comes back (&lt;): its status, and its body.</summary>
internal static class RpcScript
{
    public static IEnumerable<(string Sent, string Answer)> Read(string name)
    {
        var sent = "";
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests/Dlgs.Streams.Tests/Http/JsonRpc", name)))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal)) sent = line[2..];
            if (line.StartsWith("< ", StringComparison.Ordinal)) yield return (sent, line[2..]);
        }
    }
}
