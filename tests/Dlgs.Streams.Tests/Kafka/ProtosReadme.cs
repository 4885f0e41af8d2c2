using Google.Protobuf;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What stands in protos/README.md between its fences.</summary>
internal static class ProtosReadme
{
    /// <summary>The blocks in one language, in their order.</summary>
    public static string[] Blocks(string language)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "protos/README.md"));
        return [.. from i in Enumerable.Range(0, lines.Length)
                   where lines[i] == $"```{language}"
                   select string.Join('\n', lines.Skip(i + 1).TakeWhile(line => line != "```")) + "\n"];
    }

    /// <summary>The records of a block of JSON: one begins where a line begins with a brace.</summary>
    public static T[] Records<T>(string block)
        where T : IMessage, new() =>
        [.. block.Split("\n{").Select(record => JsonParser.Default.Parse<T>(record.StartsWith('{') ? record : "{" + record))];
}
