using System.Text;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Rules;

/// <summary>Where in a message the header fields stand that rules need. One a thread: it is filled anew for each message.</summary>
internal sealed class HeaderLines
{
    /// <summary>Lines of one name that are looked at; P-Asserted-Identity has two at most (RFC 3325 9.1).</summary>
    public const int MaxLines = 4;

    private readonly byte[][] names;
    private readonly byte[] compact;
    private readonly Range[] lines;
    private readonly int[] counts;

    public HeaderLines(IReadOnlyList<string> headers)
    {
        names = [.. headers.Select(Encoding.UTF8.GetBytes)];
        compact = [.. headers.Select(CompactForms.Of)];
        lines = new Range[names.Length * MaxLines];
        counts = new int[names.Length];
    }

    public int Count(int header) => counts[header];

    /// <summary>One of the lines of a name, in the text that was read last.</summary>
    public Range this[int header, int line] => lines[header * MaxLines + line];

    public void Clear() => Array.Clear(counts);

    /// <summary>Looks through the header of a message, its start line left out.</summary>
    public void Read(ReadOnlySpan<byte> text, int headerStart)
    {
        Clear();
        var fields = new SipFields(text[headerStart..]);
        while (fields.MoveToAny())
        {
            var header = Find(fields.Name);
            if (header < 0 || counts[header] == MaxLines) continue;
            text.Overlaps(fields.Value, out var start);
            lines[header * MaxLines + counts[header]++] = start..(start + fields.Value.Length);
        }
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < names.Length; i++)
            if (name.Length == 1 ? (name[0] | 0x20) == compact[i] : name.Length == names[i].Length && Ascii.EqualsIgnoreCase(name, names[i])) return i;
        return -1;
    }
}

/// <summary>Header field names of one letter, as IANA has them.</summary>
internal static class CompactForms
{
    private static readonly Dictionary<string, char> Letters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Accept-Contact"] = 'a', ["Allow-Events"] = 'u', ["Call-ID"] = 'i', ["Contact"] = 'm', ["Content-Encoding"] = 'e', ["Content-Length"] = 'l',
        ["Content-Type"] = 'c', ["From"] = 'f', ["Identity"] = 'y', ["Refer-To"] = 'r', ["Referred-By"] = 'b', ["Reject-Contact"] = 'j',
        ["Request-Disposition"] = 'd', ["Session-Expires"] = 'x', ["Subject"] = 's', ["Supported"] = 'k', ["To"] = 't', ["Via"] = 'v',
    };

    /// <summary>0: it has none.</summary>
    public static byte Of(string name) => name.Length == 1 ? (byte)(name[0] | 0x20) : (byte)Letters.GetValueOrDefault(name);
}
