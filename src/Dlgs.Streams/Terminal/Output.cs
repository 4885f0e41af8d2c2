using Dlgs.Streams.Logging;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>The one place where the commands write: whatever came from elsewhere is plain text by then.</summary>
internal static class Output
{
    public static void Line(string text) => Console.WriteLine(PlainText.Of(text));

    public static void Error(string text) => Console.Error.WriteLine(PlainText.Of(text));

    /// <summary>
    /// For output that may be long: buffered, and to be disposed of. Throws an IOException where nobody reads any more (`| head`): the console's own
    /// stream swallows that, and a command that follows a topic would go on for ever.
    /// </summary>
    public static StreamWriter Open() => new(Pipe() ?? Console.OpenStandardOutput(), bufferSize: 1 << 16);

    /// <summary>Null: the output is no pipe. A file's place is shared with others who write to it, and the console's stream keeps to that.</summary>
    private static FileStream? Pipe()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return null;
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : stream;
    }

    /// <summary>One record a line. What is escaped in it is so in the way of JSON.</summary>
    public static string Json(IMessage record) => PlainText.Of(JsonFormatter.Default.Format(record));

    /// <summary>A piece of a table or picture; no markup.</summary>
    public static Text Text(string text, Style? style = null) => new(PlainText.Of(text), style);
}
