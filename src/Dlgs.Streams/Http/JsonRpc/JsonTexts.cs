using System.Text.Json;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>Strings of a JSON document.</summary>
internal static class JsonTexts
{
    /// <summary>Null: it is no string, or one with half a character in it (\ud800).</summary>
    public static string? ToText(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
