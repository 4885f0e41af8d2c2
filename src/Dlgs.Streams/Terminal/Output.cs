using Dlgs.Streams.Logging;
using Google.Protobuf;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>The one place where the commands write: whatever came from elsewhere is plain text by then.</summary>
internal static class Output
{
    public static void Line(string text)
    {
        try
        {
            Console.WriteLine(PlainText.Of(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFailure(readerHasLeft: false, e);
        }
    }

    public static void Error(string text)
    {
        try
        {
            Console.Error.WriteLine(PlainText.Of(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nobody left to be told.
        }
    }

    /// <summary>For output that may be long: buffered, and to be disposed of. Throws an <see cref="OutputFailure"/> where nobody reads any more.</summary>
    public static StreamWriter Open() => new(StandardStream.OpenOutput(), bufferSize: 1 << 16);

    /// <summary>One record a line. What is escaped in it is so in the way of JSON.</summary>
    public static string Json(IMessage record) => PlainText.Of(JsonFormatter.Default.Format(record));

    /// <summary>A piece of a table or picture; no markup.</summary>
    public static Text Text(string text, Style? style = null) => new(PlainText.Of(text), style);
}
