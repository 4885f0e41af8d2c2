using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>An endpoint of OAuth's client credentials: everybody gets a token, unsigned, for one subject.</summary>
internal sealed class TokenServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly string subject;

    public TokenServer(string subject)
    {
        this.subject = subject;
        listener.Prefixes.Add(Address);
        listener.Start();
        _ = AnswerAsync();
    }

    public string Address { get; } = $"http://127.0.0.1:{LoopbackPort.Free()}/";

    public void Dispose() => listener.Close();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "application/json";
                JsonSerializer.Serialize(context.Response.OutputStream, new { access_token = Token(), token_type = "Bearer", expires_in = 3600 });
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private string Token()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return $"{Part(new { alg = "none", typ = "JWT" })}.{Part(new { sub = subject, iat = now, exp = now + 3600 })}.";
    }

    private static string Part(object content) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(content)));
}
