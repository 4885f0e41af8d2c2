namespace Dlgs.Streams.Access;

/// <summary>What a caller that is not let in is told; each surface has its own form for it.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Words">For a person. A stranger is told nothing that it does not know.</param>
/// <param name="Challenge">WWW-Authenticate; null: none.</param>
internal sealed record AccessRefusal(int Status, string Words, string? Challenge = null)
{
    /// <summary>Its token may be good.</summary>
    public static readonly AccessRefusal Unknown = new(StatusCodes.Status503ServiceUnavailable, "Whether the credential is good is not known at the moment.");

    public static AccessRefusal Unproven(string? challenge) =>
        new(StatusCodes.Status401Unauthorized, "A credential is needed, and this request has none that is good.", challenge);

    /// <summary>Told to somebody: what to ask its operator for.</summary>
    public static AccessRefusal Forbidden(string name, Need need) =>
        new(StatusCodes.Status403Forbidden, $"{name} has not the role {Settings.RoleNames.Of(need.AnyOf)}; the setting roles gives it.");
}

/// <summary>Answers in the form of a surface.</summary>
internal delegate Task WriteRefusal(HttpContext context, AccessRefusal refusal);
