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

    /// <summary>It does not stand on the command line, where other users of the host would see it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The setting whose value it has where it is not set itself.</summary>
    public string? Else { get; init; }
}

/// <summary>
/// Of a property that is a record of general settings: each has one more name, for one listener, that goes before the general one. grpc_jwt_keys goes
/// before jwt_keys, and grpc_certificate before tls_certificate.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OverridesAttribute(string listener) : Attribute
{
    private const string OfTls = "tls_";

    public SettingAttribute Of(SettingAttribute general)
    {
        var name = general.Name.StartsWith(OfTls, StringComparison.Ordinal) ? general.Name[OfTls.Length..] : general.Name;
        return new($"{listener}_{name}", $"At {listener}, in place of {general.Name}.") { Example = "", Else = general.Name };
    }
}
