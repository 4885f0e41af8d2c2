using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Connections.Features;

namespace Dlgs.Streams.Access;

/// <summary>Who comes in by one listener.</summary>
/// <param name="at">Its address; null: it does not listen.</param>
/// <param name="access">What it demands.</param>
/// <param name="refused">Told of whoever is not let in.</param>
/// <param name="audit">Told of deeds that somebody was kept from.</param>
/// <param name="time">Of credentials that expire.</param>
internal sealed class Entrance(ListenAddress? at, ListenerAccess access, RefusedCallers refused, AuditLog audit, TimeProvider time)
{
    private const string Scheme = "Bearer";

    /// <summary>Between two looks at the credential of what goes on.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly RoleMap roles = RoleMap.Parse(access.RoleNames, out _)!;

    public ListenAddress? At => at;

    /// <summary>Null: it is plain.</summary>
    public ListenerTls? Tls { get; init; }

    /// <summary>Null: it takes none.</summary>
    public BearerTokens? Tokens { get; init; }

    /// <summary>Callers need to prove nothing: it is on loopback.</summary>
    public bool IsOpen => at is not { IsTls: true } || !access.DemandsCredential;

    /// <summary>Who sends this request; or why nobody knows.</summary>
    public async ValueTask<(Proven? Caller, AccessRefusal? Refusal)> FindAsync(ShownCredential shown, HttpContext context)
    {
        var found = await ProveAsync(shown, context.RequestAborted);
        if (found.Caller is { } caller) return (caller, null);
        // Another handshake says what is wrong with it.
        if (found.Why == RefusedFor.Certificate) context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
        refused.Add(found.Why, found.Reason, context.Connection.RemoteIpAddress);
        return (null, found.Why == RefusedFor.Authority ? AccessRefusal.Unknown : AccessRefusal.Unproven(Challenge(found.Why)));
    }

    /// <summary>Null: it may. What nobody said the need of is nobody's; what is not there is for the router to say.</summary>
    public AccessRefusal? Check(Proven caller, HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint ? Check(caller, context, NeedOf(endpoint) ?? Need.Unsaid, endpoint.DisplayName) : null;

    /// <summary>Of a part of a request, where one path has several.</summary>
    public static AccessRefusal? Check(HttpContext context, Need need, string what) =>
        context.Features.Get<Proven>() is { } caller ? caller.By.Check(caller, context, need, what) : null;

    public static bool IsLong(HttpContext context) => NeedOf(context.GetEndpoint()) is { IsLong: true };

    /// <summary>
    /// Until what goes on is over: cuts it off when its credential is not good any more, because it expired, or its authority or key was taken away.
    /// </summary>
    public async Task EndWithAsync(ShownCredential shown, Action cutOff, CancellationToken over)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(over))
            if (await ProveAsync(shown, over) is { Caller: null, Why: not RefusedFor.Authority } bad)
            {
                refused.Add(bad.Why, $"what it began was cut off: {bad.Reason}", shown.From);
                cutOff();
                return;
            }
    }

    private static Need? NeedOf(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<Need>();

    private AccessRefusal? Check(Proven caller, HttpContext context, Need need, string? what)
    {
        if (need.IsMetBy(caller.Roles)) return null;
        var refusal = AccessRefusal.Forbidden(caller.Name, need);
        refused.Add(RefusedFor.Role, $"{what}: {refusal.Words}", context.Connection.RemoteIpAddress);
        if (need.IsDeed) audit.TellRefused(Identity.Of(caller), what ?? "", "it has not the role");
        return refusal;
    }

    /// <summary>Whoever shows two credentials is who its token says, and both have to be good.</summary>
    private async ValueTask<(Proven? Caller, RefusedFor Why, string Reason)> ProveAsync(ShownCredential shown, CancellationToken cancellation)
    {
        var certificate = shown.Certificate;
        if (certificate is not null && !Tls!.IsTaken(certificate, time.GetUtcNow()))
            return (null, RefusedFor.Certificate, "its certificate is not good any more");
        if (Tokens is not null && shown.Authorization is { Length: > 0 } headers) return await ProveByTokenAsync(headers, cancellation);
        if (certificate is null) return (null, RefusedFor.Nothing, "no credential");
        if (certificate.Names.Count == 0) return (null, RefusedFor.Nothing, "its certificate has no name: neither one CN, nor a SAN of DNS or URI");
        var (name, may) = roles.Find(certificate.Names);
        return (new Proven(name, may, this), default, "");
    }

    /// <summary>A token is looked for in the header alone: what stands in a URL is in logs.</summary>
    private async ValueTask<(Proven?, RefusedFor, string)> ProveByTokenAsync(string?[] headers, CancellationToken cancellation)
    {
        var parts = headers.Length == 1 ? headers[0]!.Split(' ', 2) : [];
        if (parts is not [var scheme, var token] || !scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, RefusedFor.Nothing, "Authorization is no bearer token");
        var found = await Tokens!.CheckAsync(token.Trim(), cancellation);
        if (found.Unknown is { } silence) return (null, RefusedFor.Authority, silence);
        if (found.Good is not { } good) return (null, RefusedFor.Token, found.Wrong!);
        var (name, may) = roles.Find([RoleMap.Subject + good.Subject]);
        return (new Proven(name, may, this), default, "");
    }

    /// <summary>RFC 6750: whoever sent no token is not told of an error. Null: no token would do.</summary>
    private string? Challenge(RefusedFor why) => Tokens is null ? null : why == RefusedFor.Token ? $"{Scheme} error=\"invalid_token\"" : Scheme;
}
