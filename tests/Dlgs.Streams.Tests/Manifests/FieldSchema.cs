using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What may stand at a place of an object, and what may stand below it. Only that: a field that it does not name is a fault.</summary>
/// <param name="Type">string, integer, number, boolean, array, object, or any.</param>
internal sealed record FieldSchema(string Type)
{
    public bool IsRequired { get; init; }

    /// <summary>Of an object; null: any.</summary>
    public IReadOnlyDictionary<string, FieldSchema>? Fields { get; init; }

    /// <summary>Of an array, or of an object whose names are free.</summary>
    public FieldSchema? Each { get; init; }

    /// <summary>Null: any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    public decimal? Least { get; init; }

    /// <summary>What is wrong with it, each with its place.</summary>
    public IEnumerable<string> Faults(YamlNode node, string place) => (Type, node) switch
    {
        ("any", _) => [],
        ("object", YamlMappingNode map) => map.Children.SelectMany(child => FaultsOf($"{child.Key}", child.Value, place)).Concat(Lacks(map, place)),
        ("array", YamlSequenceNode list) => list.Children.SelectMany((child, i) => Each!.Faults(child, $"{place}[{i}]")),
        ("object" or "array", _) => [$"{place} is no {Type}"],
        (_, YamlScalarNode scalar) => FaultsOf(scalar, place),
        _ => [$"{place} is no {Type}"],
    };

    private IEnumerable<string> FaultsOf(string name, YamlNode value, string place) =>
        Fields?.GetValueOrDefault(name) is { } field ? field.Faults(value, $"{place}.{name}")
        : Each is not null ? Each.Faults(value, $"{place}.{name}")
        : Fields is null ? []
        : [$"{place}.{name}: there is no such field"];

    private IEnumerable<string> Lacks(YamlMappingNode map, string place) =>
        (Fields ?? new Dictionary<string, FieldSchema>()).Where(field => field.Value.IsRequired && !map.Children.ContainsKey(new YamlScalarNode(field.Key)))
            .Select(field => $"{place}.{field.Key} is missing");

    private IEnumerable<string> FaultsOf(YamlScalarNode scalar, string place)
    {
        if (TypeOf(scalar) is var found && found != Type && (found, Type) != ("integer", "number")) yield return $"{place} is {found}, not {Type}";
        else if (Values?.Contains(scalar.Value) == false) yield return $"{place} is {scalar.Value}, not one of {string.Join(", ", Values)}";
        else if (Least is { } least && decimal.Parse(scalar.Value!, CultureInfo.InvariantCulture) < least)
            yield return $"{place} is {scalar.Value}, below {least}";
    }

    private static string TypeOf(YamlScalarNode scalar) =>
        scalar.Style != ScalarStyle.Plain ? "string"
        : scalar.Value is "true" or "false" ? "boolean"
        : long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "integer"
        : decimal.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "number"
        : "string";
}
