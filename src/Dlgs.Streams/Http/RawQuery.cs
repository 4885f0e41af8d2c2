using Microsoft.Extensions.Primitives;

namespace Dlgs.Streams.Http;

/// <summary>
/// Reads query strings that ASP.NET would leave half decoded: "%FC" is a letter of a proxy's that writes Latin-1. Left as it is, the value would be
/// nobody's, and its count 0.
/// </summary>
internal sealed class RawQuery(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value is { } query && query.Contains('%', StringComparison.Ordinal)) context.Request.Query = Read(query[1..]);
        return next(context);
    }

    private static QueryCollection Read(string query)
    {
        var values = new Dictionary<string, StringValues>();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (pair[..at], pair[(at + 1)..]) : (pair, "");
            var key = Decode(name);
            values[key] = StringValues.Concat(values.GetValueOrDefault(key), Decode(value));
        }
        return new QueryCollection(values);
    }

    private static string Decode(string text) => PercentText.Decode(text.Replace('+', ' '));
}
