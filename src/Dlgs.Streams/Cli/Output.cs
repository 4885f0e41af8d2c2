using Dlgs.Streams.Operations;
using Google.Protobuf;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>The one place where the commands write: whatever came from elsewhere is plain text by then.</summary>
internal static class Output
{
    public static void Line(string text) => Console.WriteLine(PlainText.Of(text));

    public static void Error(string text) => Console.Error.WriteLine(PlainText.Of(text));

    /// <summary>For output that may be long: buffered, and to be disposed of.</summary>
    public static StreamWriter Open() => new(Console.OpenStandardOutput(), bufferSize: 1 << 16);

    /// <summary>One record a line. What is escaped in it is so in the way of JSON.</summary>
    public static string Json(IMessage record) => PlainText.Of(JsonFormatter.Default.Format(record));

    /// <summary>A piece of a table or picture; no markup.</summary>
    public static Text Text(string text, Style? style = null) => new(PlainText.Of(text), style);
}
