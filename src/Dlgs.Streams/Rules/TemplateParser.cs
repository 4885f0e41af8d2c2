using System.Text;

namespace Dlgs.Streams.Rules;

/// <summary>Reads templates: "srcip={source-address}", where {SOURCE PART} stands for what a message has there.</summary>
/// <param name="headers">The header fields that the rules need, by name; grows.</param>
internal sealed class TemplateParser(List<string> headers)
{
    private const int MaxPieces = 16;
    private const int MaxHeaders = 32;

    /// <summary>Null: refused, and the failure says why.</summary>
    public Piece[]? Parse(string template, out string? failure)
    {
        var pieces = new List<Piece>();
        var constant = new StringBuilder();
        failure = template.Length == 0 ? "nothing, which no message could match." : null;
        for (var at = 0; at < template.Length && failure is null; at++)
        {
            var sign = template[at];
            if (sign is not ('{' or '}') || at + 1 < template.Length && template[at + 1] == sign)
            {
                constant.Append(sign);
                if (sign is '{' or '}') at++;
                continue;
            }
            var end = sign == '{' ? template.IndexOf('}', at) : -1;
            if (end < 0)
            {
                failure = $"a '{sign}' without its other one; '{sign}{sign}' is one that means itself.";
                break;
            }
            AddConstant(pieces, constant);
            if (Placeholder(template[(at + 1)..end], out failure) is { } piece) pieces.Add(piece);
            at = end;
        }
        AddConstant(pieces, constant);
        if (failure is null && pieces.Count > MaxPieces) failure = $"more than {MaxPieces} pieces.";
        return failure is null ? [.. pieces] : null;
    }

    private static void AddConstant(List<Piece> pieces, StringBuilder text)
    {
        if (text.Length > 0) pieces.Add(new Piece(Source.Constant, Part.Value, -1, Encoding.UTF8.GetBytes(text.ToString())));
        text.Clear();
    }

    private Piece? Placeholder(string text, out string? failure)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        failure = words.Length is 1 or 2 ? null : $"{{{text}}} is not {{SOURCE}} or {{SOURCE PART}}.";
        if (failure is not null) return null;
        var isHeader = words[0].StartsWith(SourceNames.HeaderPrefix, StringComparison.OrdinalIgnoreCase);
        var name = isHeader ? words[0][SourceNames.HeaderPrefix.Length..] : words[0];
        Source? source = isHeader ? Source.Header : SourceNames.FindSource(name);
        if (isHeader && !IsToken(name)) failure = $"{{{text}}}: '{name}' is no name of a header field.";
        else if (source is null) failure = NoSource(name);
        else if (words.Length == 2 && !SourceNames.HasParts(source.Value)) failure = $"{{{text}}}: {name} has no parts; {{{name}}} is all of it.";
        return failure is null ? WithPart(source!.Value, isHeader ? name : SourceNames.HeaderOf(source.Value), words, out failure) : null;
    }

    private Piece? WithPart(Source source, string? header, string[] words, out string? failure)
    {
        failure = null;
        var usual = source == Source.Header || !SourceNames.HasParts(source) ? Part.Value : Part.Address;
        var (part, parameter) = words.Length == 1 ? (usual, "")
            : words[1][0] == ';' ? (Part.Parameter, words[1][1..])
            : (SourceNames.FindPart(words[1]), "");
        if (part is null) failure = $"there is no part '{words[1]}'; {MeantOr(SourceNames.NearestPart(words[1]), SourceNames.AllParts)}";
        else if (part == Part.Parameter && !IsToken(parameter)) failure = $"'{parameter}' is no name of a parameter.";
        else if (part == Part.Value && source == Source.RequestUri) part = Part.Uri;
        if (failure is not null) return null;
        var piece = new Piece(source, part!.Value, -1, Encoding.UTF8.GetBytes(parameter));
        return header is null || piece.IsRead ? piece : piece with { Header = IndexOf(header, out failure) };
    }

    private int IndexOf(string header, out string? failure)
    {
        failure = null;
        var index = headers.FindIndex(known => known.Equals(header, StringComparison.OrdinalIgnoreCase));
        if (index >= 0) return index;
        if (headers.Count == MaxHeaders) failure = $"more than {MaxHeaders} different header fields.";
        headers.Add(header);
        return headers.Count - 1;
    }

    private static string NoSource(string name) =>
        $"there is no source '{name}'; {MeantOr(SourceNames.NearestSource(name), SourceNames.AllSources)} "
            + $"A header field by another name is {SourceNames.HeaderPrefix}{name}.";

    private static string MeantOr(string? nearest, IEnumerable<string> all) =>
        nearest is null ? $"there are {string.Join(", ", all)}." : $"did you mean {nearest}?";

    /// <summary>RFC 3261 25.1.</summary>
    private static bool IsToken(string name) =>
        name.Length is > 0 and <= 64 && name.All(sign => char.IsAsciiLetterOrDigit(sign) || "-.!%*_+`'~".Contains(sign, StringComparison.Ordinal));
}
