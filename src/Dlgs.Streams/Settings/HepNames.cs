using System.Globalization;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Settings;

/// <summary>What capture agents are called, by their ids.</summary>
internal static partial class HepNames
{
    /// <summary>Of agents for which there is no place.</summary>
    public const string Other = "other";

    /// <summary>Of what came from nobody who is known.</summary>
    public const string Unknown = "unknown";

    /// <summary>Of an agent that was given no name.</summary>
    public static string Of(uint id) => string.Create(CultureInfo.InvariantCulture, $"hep-{id}");

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
            else if (IsOurs(name) && name != Of(number)) failure = $"'{part}': {name} is what the gateway itself calls others.";
            else if (!names.TryAdd(number, name)) failure = $"{number} stands there twice.";
            if (failure is not null) return null;
        }
        return names;
    }

    /// <summary>A second series of that name would be taken for ours.</summary>
    private static bool IsOurs(string name) => name is Other or Unknown
        || name.StartsWith("hep-", StringComparison.Ordinal) && uint.TryParse(name[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && name == Of(id);

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,64}\z")]
    private static partial Regex Name();
}
