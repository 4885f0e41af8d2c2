using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Http;

/// <summary>Asks a host as curl would.</summary>
internal sealed class HttpCaller(QueryHost host) : IDisposable
{
    private readonly HttpClient client = new() { BaseAddress = host.Http };

    public Task<HttpAnswer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, accept: accept);

    public Task<HttpAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<HttpAnswer> PostAsync(string path, string body, string mediaType = "application/json", string? accept = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, mediaType), accept);

    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, string? accept = null, string? host = null, string? lastEventId = null)
    {
        using var request = Request(method, path, content, accept, host, lastEventId);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new HttpAnswer(response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Whose end does not come.</summary>
    public async Task<StreamReader> OpenAsync(string path, string? lastEventId = null)
    {
        using var request = Request(HttpMethod.Get, path, lastEventId: lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static HttpRequestMessage Request(
        HttpMethod method, string path, HttpContent? content = null, string? accept = null, string? host = null, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (accept is not null) request.Headers.Add("Accept", accept);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        request.Headers.Host = host;
        return request;
    }

    public void Dispose() => client.Dispose();
}

/// <summary>What came back.</summary>
internal sealed class HttpAnswer(HttpResponseMessage response, string text)
{
    public int Status => (int)response.StatusCode;

    public string Text => text;

    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    public JsonNode Json => JsonNode.Parse(text)!;

    /// <summary>Empty: it is not there.</summary>
    public string Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
