using System.Net;

namespace Dlgs.Streams.Access;

/// <summary>What a request shows to prove who sends it; kept for as long as what it began goes on.</summary>
/// <param name="Certificate">Of its connection; null: none.</param>
/// <param name="Authorization">The headers of that name; null: none.</param>
/// <param name="From">Where it comes from.</param>
internal sealed record ShownCredential(ClientCertificate? Certificate, string?[]? Authorization, IPAddress? From)
{
    public static ShownCredential Of(HttpContext context) =>
        new(context.Features.Get<ClientCertificate>(), context.Request.Headers.Authorization, context.Connection.RemoteIpAddress);
}
