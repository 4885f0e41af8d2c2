using System.Globalization;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Settings;

/// <summary>What capture agents are called, by their ids.</summary>
internal static partial class HepNames
{
    /// <summary>Null: refused, and the failure says why.</summary>
    public static Dictionary<uint, string>? Parse(string text, out string? failure)
    {
        failure = null;
        var names = new Dictionary<uint, string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (id, name) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (part, "");
            if (!uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !Name().IsMatch(name))
                failure = $"'{part}' is not ID=NAME, as 2001=edge-1; a name has letters, digits, '.', '_', ':' and '-', at most 64.";
            else if (!names.TryAdd(number, name)) failure = $"{number} stands there twice.";
            if (failure is not null) return null;
        }
        return names;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,64}\z")]
    private static partial Regex Name();
}
