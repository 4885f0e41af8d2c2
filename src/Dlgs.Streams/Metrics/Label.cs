namespace Dlgs.Streams.Metrics;

/// <summary>Labels as meters take them.</summary>
internal static class Label
{
    public static KeyValuePair<string, object?>[] Pair(string[] names, params string[] values) =>
        [.. names.Zip(values, (name, value) => new KeyValuePair<string, object?>(name, value))];

    /// <summary>The name of an enum's value: SlowCommit is slow-commit.</summary>
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum =>
        string.Concat(value.ToString().Select((letter, i) => (i > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));
}
