namespace Dlgs.Streams.Settings;

/// <summary>What a caller may.</summary>
[Flags]
internal enum Roles
{
    None = 0,
    /// <summary>How many calls are up: numbers, of what the caller names itself.</summary>
    Count = 1,
    /// <summary>Who calls whom.</summary>
    Read = 2,
    Tag = 4,
    /// <summary>Ends calls, and this instance.</summary>
    Close = 8,
    Metrics = 16,
    All = Count | Read | Tag | Close | Metrics,
}

/// <summary>
/// Which name has which roles. A name says of what kind it is, or else a token could say that it is a certificate's.
/// </summary>
internal sealed class RoleMap
{
    public const string CommonName = "cn:", Dns = "dns:", Uri = "uri:", Subject = "sub:";

    private const string Everybody = "*";

    private static readonly string[] Kinds = [CommonName, Dns, Uri, Subject];

    private readonly Dictionary<string, Roles> byName = new(StringComparer.Ordinal);

    private RoleMap()
    {
    }

    /// <summary>Whether a certificate may have one of the names.</summary>
    public bool NamesCertificates => byName.Keys.Any(name => !name.StartsWith(Subject, StringComparison.Ordinal));

    /// <summary>Whether a token may have one of the names.</summary>
    public bool NamesTokens => byName.Keys.Any(name => name == Everybody || name.StartsWith(Subject, StringComparison.Ordinal));

    public bool IsEmpty => byName.Count == 0;

    /// <summary>Null: refused, and the failure says why. Empty: nobody has any.</summary>
    public static RoleMap? Parse(string text, out string? failure)
    {
        var map = new RoleMap();
        foreach (var mapping in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if ((failure = map.Add(mapping)) is not null) return null;
        failure = null;
        return map;
    }

    /// <summary>All that one caller may by its names, with the first of them that has roles; of those that have none, the first.</summary>
    public (string Name, Roles Roles) Find(IReadOnlyList<string> names)
    {
        var known = names.FirstOrDefault(byName.ContainsKey) ?? names[0];
        return (known, names.Append(Everybody).Aggregate(Roles.None, (roles, name) => roles | byName.GetValueOrDefault(name)));
    }

    private string? Add(string mapping)
    {
        // The last: a URI may have others.
        var equals = mapping.LastIndexOf('=');
        if (equals < 0) return $"'{mapping}' is not NAME=ROLE[,...].";
        var name = mapping[..equals].TrimEnd();
        if (name != Everybody && !Kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal) && name.Length > kind.Length))
            return $"'{name}' does not say whose name it is: cn:, dns:, uri: or sub: before it; or * for everybody who proved to be somebody.";
        // Names of hosts have no case.
        if (name.StartsWith(Dns, StringComparison.Ordinal)) name = name.ToLowerInvariant();
        var roles = Roles.None;
        foreach (var word in mapping[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (RoleNames.Find(word) is not { } role) return $"'{word}' is no role; {RoleNames.All}.";
            roles |= role;
        }
        return byName.TryAdd(name, roles) ? null : $"'{name}' stands there twice.";
    }
}

/// <summary>Roles as people write them.</summary>
internal static class RoleNames
{
    private static readonly Roles[] Each = [Roles.Count, Roles.Read, Roles.Tag, Roles.Close, Roles.Metrics];

    public static string All => Of(Roles.All);

    public static Roles? Find(string name) => Each.Where(role => Of(role) == name).Select(role => (Roles?)role).FirstOrDefault();

    /// <summary>"count or read".</summary>
    public static string Of(Roles roles)
    {
        string[] names = [.. Each.Where(role => roles.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant())];
        return names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} or {names[^1]}";
    }
}
