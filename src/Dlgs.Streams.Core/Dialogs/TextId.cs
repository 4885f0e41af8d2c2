namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// One of a Call's <see cref="Texts"/>, by its number in the scratch; the default is the empty text. A record has numbers of its own: whoever
/// loads the Call anew asks for its texts anew.
/// </summary>
internal readonly record struct TextId(int Number)
{
    public static TextId Empty => default;

    /// <summary>No text, not even the empty one.</summary>
    public static TextId None => new(-1);

    public bool IsEmpty => Number == 0;

    public bool IsNone => Number < 0;
}
