using System.Text;

namespace Dlgs.Streams.Answers;

/// <summary>The order of texts by their bytes in UTF-8; that of .NET's strings is another beyond U+FFFF.</summary>
internal static class Bytewise
{
    public static Comparer<string> Order { get; } = Comparer<string>.Create((a, b) => BytesOf(a).SequenceCompareTo(BytesOf(b)));

    private static ReadOnlySpan<byte> BytesOf(string text) => Encoding.UTF8.GetBytes(text);
}
