using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Access;

/// <summary>A caller that proved who it is; the feature of its requests.</summary>
/// <param name="Name">With its kind, as roles name it: cn:policy, sub:ops.</param>
/// <param name="Roles">What it may.</param>
/// <param name="By">Where it came in.</param>
internal sealed record Proven(string Name, Roles Roles, Entrance By)
{
    /// <summary>What the caller of a request may; all, where callers need to prove nothing.</summary>
    public static Roles RolesOf(HttpContext context) => context.Features.Get<Proven>()?.Roles ?? Roles.All;
}
