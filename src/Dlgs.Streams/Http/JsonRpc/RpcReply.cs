using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>
/// Answers on their way out: as jsonrpcs writes them, and escaped only where JSON needs it. However long they are they take little memory, and wait
/// for their client.
/// </summary>
internal sealed class RpcReply : IDisposable
{
    /// <summary>Bytes after which they are sent.</summary>
    private const int Full = 32 * 1024;

    private readonly ArrayBufferWriter<byte> text = new();
    private readonly HttpResponse response;

    public RpcReply(HttpResponse response)
    {
        this.response = response;
        Json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Where results go.</summary>
    public Utf8JsonWriter Json { get; }

    /// <param name="id">As it was written; null: none.</param>
    /// <param name="writeResult">To be called for the result.</param>
    /// <param name="cancellation">The caller's.</param>
    public async Task WriteAsync(string? id, WriteResult writeResult, CancellationToken cancellation)
    {
        Begin();
        Json.WritePropertyName("result"u8);
        await writeResult(this, cancellation);
        End(id);
        await SendIfFullAsync(cancellation);
    }

    public void Write(string? id, RpcFault fault)
    {
        Begin();
        Json.WriteStartObject("error"u8);
        Json.WriteNumber("code"u8, fault.Code);
        Json.WriteString("message"u8, fault.Message);
        if (fault.Reason is { } reason) Json.WriteString("data"u8, reason);
        Json.WriteEndObject();
        End(id);
    }

    public ValueTask SendIfFullAsync(CancellationToken cancellation) =>
        text.WrittenCount + Json.BytesPending < Full ? ValueTask.CompletedTask : SendAsync(cancellation);

    /// <summary>Sends the rest: all of it as a rule, and its length is known then.</summary>
    public ValueTask EndAsync(CancellationToken cancellation)
    {
        Json.Flush();
        if (!response.HasStarted) response.ContentLength = text.WrittenCount;
        return SendAsync(cancellation);
    }

    private void Begin()
    {
        if (!response.HasStarted) response.ContentType = ProtobufJson.MediaType;
        Json.WriteStartObject();
        Json.WriteString("jsonrpc"u8, "2.0"u8);
    }

    private void End(string? id)
    {
        if (id is not null)
        {
            Json.WritePropertyName("id"u8);
            Json.WriteRawValue(id, skipInputValidation: true);
        }
        Json.WriteEndObject();
    }

    private async ValueTask SendAsync(CancellationToken cancellation)
    {
        Json.Flush();
        await response.Body.WriteAsync(text.WrittenMemory, cancellation);
        text.ResetWrittenCount();
    }

    public void Dispose() => Json.Dispose();
}
