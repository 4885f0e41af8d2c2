using System.Text.RegularExpressions;

namespace Dlgs.Streams.Http;

/// <summary>
/// The fields of the protocol's requests as who asks by HTTP knows them: in a body in lowerCamelCase, of a query string its parameters.
/// </summary>
internal static partial class FieldNames
{
    public static string Of(string field, HttpContext context)
    {
        var name = Underscore.Replace(field, letter => letter.Groups[1].Value.ToUpperInvariant());
        if (context.Request.HasJsonContentType()) return name;
        // Of "filters[0].also[1].tag" the last; "demand.position" is a parameter of its own.
        name = name[(name.LastIndexOf('.') + 1)..];
        return name switch
        {
            "operator" => "op",
            "states" => "state",
            "filters" or "filters[0]" => "field, op, value, tag",
            _ => name,
        };
    }

    [GeneratedRegex("_([a-z])")]
    private static partial Regex Underscore { get; }
}
