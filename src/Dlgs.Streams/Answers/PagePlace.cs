using System.Buffers.Text;
using System.Globalization;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Where a list goes on: in which partition, and after which Call-ID (empty: at its beginning).
/// It holds on every instance and after restarts.
/// </summary>
internal readonly record struct PagePlace(int Partition, ReadOnlyMemory<byte> After)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}.{Base64Url.EncodeToString(After.Span)}");

    /// <summary>Of a page_token; empty: the beginning.</summary>
    public static PagePlace Read(string token)
    {
        if (token.Length == 0) return default;
        var parts = token.Split('.');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var partition) && Base64Url.IsValid(parts[1]))
            return new PagePlace(partition, Base64Url.DecodeFromChars(parts[1]));
        throw QueryRefusal.Argument("page_token", "what next_page_token of the answer before had.");
    }
}
