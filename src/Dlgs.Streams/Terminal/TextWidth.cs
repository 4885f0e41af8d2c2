using Spectre.Console.Rendering;

namespace Dlgs.Streams.Terminal;

/// <summary>How many characters wide a text is on a terminal: some take two.</summary>
internal static class TextWidth
{
    public static int Of(string text) => new Segment(text).CellCount();

    /// <summary>The text, or its beginning and an ellipsis.</summary>
    public static string Cut(string text, int most)
    {
        if (Of(text) <= most) return text;
        while (text.Length > 0 && Of(text) >= most) text = text[..^(text.Length > 1 && char.IsLowSurrogate(text[^1]) ? 2 : 1)];
        return text + "…";
    }
}
