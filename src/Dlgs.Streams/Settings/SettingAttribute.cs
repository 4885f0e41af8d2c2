namespace Dlgs.Streams.Settings;

/// <summary>Makes a property of a room's options a setting.</summary>
/// <param name="name">Its one name, as it stands in files.</param>
/// <param name="description">What it is for, as --help says it.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string name, string description) : Attribute
{
    public string Name => name;

    public string Description => description;

    /// <summary>A value for a sample, where there is no default to show.</summary>
    public string? Example { get; init; }
}
