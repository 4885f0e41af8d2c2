using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dlgs.Streams.Settings;

/// <summary>
/// A property of a room's options, for all that know settings by their names: files, the environment, the command line, help and refusals.
/// </summary>
internal sealed class Setting
{
    /// <summary>With 'a' as it is, for people.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly PropertyInfo property;
    private readonly Func<object, object> holder;
    private readonly SettingAttribute words;
    private readonly AmountAttribute? amount;
    private readonly object? defaultValue;

    /// <param name="property">What it fills.</param>
    /// <param name="words">Its name, and what it is for.</param>
    /// <param name="defaults">Options of which nothing is set.</param>
    /// <param name="holder">Of such options, what has the property: themselves, or a record in them.</param>
    private Setting(PropertyInfo property, SettingAttribute words, object defaults, Func<object, object> holder)
    {
        (this.property, this.words, this.holder) = (property, words, holder);
        amount = property.GetCustomAttribute<AmountAttribute>();
        defaultValue = property.GetValue(holder(defaults));
    }

    /// <summary>active_lifetime, in files.</summary>
    public string Name => words.Name;

    /// <summary>DLGS_ACTIVE_LIFETIME, in the environment.</summary>
    public string Variable => "DLGS_" + Name.ToUpperInvariant();

    /// <summary>--active-lifetime, on the command line.</summary>
    public string Option => "--" + Name.Replace('_', '-');

    public bool IsSwitch => property.PropertyType == typeof(bool);

    public bool IsNumber => amount is not null;

    public bool IsSecret => words.IsSecret;

    /// <summary>What it is for, its name, range and default.</summary>
    public string Help => $"{words.Description} [{Name}]{Range}{(Default is { } text ? $" Default: {text}." : "")}";

    /// <summary>What it is for, and its range.</summary>
    public string Purpose => words.Description + Range;

    /// <summary>Its default in JSON, or an example.</summary>
    public string Sample => defaultValue switch
    {
        bool isOn => isOn ? "true" : "false",
        _ when amount is not null => Default!,
        var text => JsonSerializer.Serialize(words.Example ?? text, Plain),
    };

    private string Range => amount is null ? "" : $" {amount.Range}.";

    /// <summary>Null: it has none, or another on each host.</summary>
    private string? Default => defaultValue switch
    {
        null or "" => words.Else is { } other ? $"as {other}" : null,
        bool isOn => isOn ? "on" : "off",
        string text => Name == "instance" ? null : $"'{text}'",
        var value => amount!.Write(value).ToString(CultureInfo.InvariantCulture),
    };

    public static IReadOnlyList<Setting> Of<TOptions>() where TOptions : new()
    {
        var defaults = new TOptions();
        return [.. typeof(TOptions).GetProperties().SelectMany(property => property.GetCustomAttribute<OverridesAttribute>() is { } overrides
            ? Worded(property.PropertyType).Select(each => new Setting(each.Property, overrides.Of(each.Words), defaults, property.GetValue!))
            : Worded(property).Select(each => new Setting(each.Property, each.Words, defaults, options => options)))];
    }

    private static IEnumerable<(PropertyInfo Property, SettingAttribute Words)> Worded(Type options) => options.GetProperties().SelectMany(Worded);

    private static IEnumerable<(PropertyInfo Property, SettingAttribute Words)> Worded(PropertyInfo property) =>
        property.GetCustomAttribute<SettingAttribute>() is { } words ? [(property, words)] : [];

    /// <summary>Of the property that is validated.</summary>
    public static string NameOf(ValidationContext context) =>
        context.ObjectType.GetProperty(context.MemberName!)!.GetCustomAttribute<SettingAttribute>()!.Name;

    /// <summary>Leaves the default where nothing is said, or nothing that can be taken: what is wrong is told by <see cref="Failure"/>.</summary>
    public void Fill(object options, IConfiguration configuration)
    {
        if (Find(configuration) is { } text && Parse(text) is { } value) property.SetValue(holder(options), value);
    }

    /// <summary>Null: it can be taken. Whether it is allowed is for the attributes to say.</summary>
    public string? Failure(IConfiguration configuration)
    {
        var section = configuration.GetSection(Name);
        if (section.GetChildren().Any()) return $"{Name}: a list or an object; it is one value, as in \"{Name}\": \"...\".";
        if (section.Value is not { } text || Parse(text) is not null) return null;
        return $"{Name}: '{text}' {(amount is null ? "is neither true nor false" : $"is no {amount.Kind}; {amount.Range}")}.";
    }

    /// <summary>An empty value is one: it says that what the other setting says does not hold here.</summary>
    private string? Find(IConfiguration configuration) => configuration[Name] ?? (words.Else is { } other ? configuration[other] : null);

    private object? Parse(string text) =>
        IsSwitch ? bool.TryParse(text, out var isOn) ? isOn : null
        : amount is null ? text
        : amount.Parse(text);
}
