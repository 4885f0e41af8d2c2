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
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly RoleMap roles = RoleMap.Parse(access.RoleNames, out _)!;

    public ListenAddress? At => at;

    /// <summary>Null: it is plain.</summary>
    public ListenerTls? Tls { get; init; }

    /// <summary>Null: it takes none.</summary>
    public BearerTokens? Tokens { get; init; }

    /// <summary>Callers need to prove nothing: it is on loopback.</summary>
    public bool IsOpen => at is not { IsTls: true } || !access.DemandsCredential;

    /// <summary>Who sends this request; or why nobody knows. Whoever shows two credentials is who its token says, and both have to be good.</summary>
    public async ValueTask<(Proven? Caller, AccessRefusal? Refusal)> FindAsync(HttpContext context)
    {
        var certificate = context.Features.Get<ClientCertificate>();
        var now = time.GetUtcNow();
        if (certificate is not null && !Tls!.IsTaken(certificate, now))
        {
            // Another handshake says what is wrong with it.
            context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
            return Refuse(context, RefusedFor.Certificate, "its certificate is not good any more");
        }
        if (Tokens is not null && context.Request.Headers.Authorization is { Count: > 0 } headers) return await FindByTokenAsync(context, headers);
        if (certificate is not { Names.Count: > 0 }) return Refuse(context, RefusedFor.Nothing, "no credential");
        var (name, may) = roles.Find(certificate.Names);
        return (new Proven(name, may, this) { Until = certificate.ValidUntil }, null);
    }

    /// <summary>Null: it may. What nobody said the need of is nobody's; what is not there is for the router to say.</summary>
    public AccessRefusal? Check(Proven caller, HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint ? Check(caller, context, NeedOf(endpoint) ?? Need.Unsaid, endpoint.DisplayName) : null;

    /// <summary>Of a part of a request, where one path has several.</summary>
    public static AccessRefusal? Check(HttpContext context, Need need, string what) =>
        context.Features.Get<Proven>() is { } caller ? caller.By.Check(caller, context, need, what) : null;

    /// <summary>Cuts off what goes on for longer than the caller's credential. Null: it does not, or not for longer than a timer runs.</summary>
    public IAsyncDisposable? EndWith(Proven caller, HttpContext context)
    {
        if (NeedOf(context.GetEndpoint()) is not { IsLong: true }) return null;
        var left = caller.Until - time.GetUtcNow();
        if (left > LongestTimer) return null;
        return time.CreateTimer(_ => context.Abort(), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private static Need? NeedOf(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<Need>();

    private AccessRefusal? Check(Proven caller, HttpContext context, Need need, string? what)
    {
        if (need.IsMetBy(caller.Roles)) return null;
        var refusal = AccessRefusal.Forbidden(caller.Name, need);
        refused.Add(RefusedFor.Role, $"{what}: {refusal.Words}", context.Connection.RemoteIpAddress);
        if (need.IsDeed) audit.Tell(Identity.Of(caller), what ?? "", "what it named", "refused: it has not the role");
        return refusal;
    }

    /// <summary>A token is looked for in the header alone: what stands in a URL is in logs.</summary>
    private async ValueTask<(Proven?, AccessRefusal?)> FindByTokenAsync(HttpContext context, Microsoft.Extensions.Primitives.StringValues headers)
    {
        var parts = headers.Count == 1 ? headers[0]!.Split(' ', 2) : [];
        if (parts is not [var scheme, var token] || !scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
            return Refuse(context, RefusedFor.Nothing, "Authorization is no bearer token");
        var found = await Tokens!.CheckAsync(token.Trim(), context.RequestAborted);
        if (found.Unknown is { } silence) return Refuse(context, RefusedFor.Authority, silence);
        if (found.Good is not { } good) return Refuse(context, RefusedFor.Token, found.Wrong!);
        var (name, may) = roles.Find([RoleMap.Subject + good.Subject]);
        return (new Proven(name, may, this) { Until = good.ValidTo + Tokens.ClockSkew }, null);
    }

    private (Proven?, AccessRefusal) Refuse(HttpContext context, RefusedFor why, string reason)
    {
        refused.Add(why, reason, context.Connection.RemoteIpAddress);
        return (null, why == RefusedFor.Authority ? AccessRefusal.Unknown : AccessRefusal.Unproven(Challenge(why)));
    }

    /// <summary>RFC 6750: whoever sent no token is not told of an error. Null: no token would do.</summary>
    private string? Challenge(RefusedFor why) => Tokens is null ? null : why == RefusedFor.Token ? $"{Scheme} error=\"invalid_token\"" : Scheme;
}
