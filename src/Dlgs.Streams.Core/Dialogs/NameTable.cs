namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The names that the values of an enum have outside of this program. Parsers, help and error texts all read this table, so that none of them
/// knows another set of names. Immutable.
/// </summary>
/// <param name="values">The values, in the order in which they are listed.</param>
/// <param name="nameOf">The name of each, in lower case.</param>
public sealed class NameTable<T>(IEnumerable<T> values, Func<T, string> nameOf) where T : struct, Enum
{
    private readonly (T Value, string Name)[] entries = [.. values.Select(value => (value, nameOf(value)))];

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> All => entries.Select(entry => entry.Name);

    /// <summary>The names as an error text lists what is allowed: "eq, ne or re".</summary>
    public string Either => $"{string.Join(", ", All.SkipLast(1))} or {All.Last()}";

    /// <summary>Whether a name is one of them, in any case. A number is none.</summary>
    public bool TryParse(string name, out T value)
    {
        foreach (var entry in entries)
        {
            value = entry.Value;
            if (entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        }
        value = default;
        return false;
    }
}
