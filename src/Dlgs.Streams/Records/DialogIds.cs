using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Records;

/// <summary>The identity of a dialog as one text: "{Call-ID}/{From-tag}/{since_cseq}", the first two percent-encoded (RFC 3986).</summary>
internal static class DialogIds
{
    public static string ToText(this DialogId id) =>
        string.Create(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(id.CallId)}/{Uri.EscapeDataString(id.FromTag)}/{id.SinceCSeq}");

    public static bool TryParse(string text, [NotNullWhen(true)] out DialogId? id)
    {
        id = null;
        var parts = text.Split('/');
        if (parts.Length != 3 || parts[0].Length == 0) return false;
        if (!uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sinceCSeq)) return false;
        id = new DialogId(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]), sinceCSeq);
        return true;
    }
}
