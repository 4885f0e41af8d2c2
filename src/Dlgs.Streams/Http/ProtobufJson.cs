using System.Text;
using Dlgs.Streams.Answers;
using Google.Protobuf;

namespace Dlgs.Streams.Http;

/// <summary>
/// Messages as JSON (protobuf's own mapping: lowerCamelCase, 64-bit numbers as strings, times as RFC 3339). Counts, sums and groups have all their
/// fields, zeros too; dialogs and changes have those that are set, as they have in the topics and on the command line.
/// </summary>
internal static class ProtobufJson
{
    public const string MediaType = "application/json";

    /// <summary>A request has one level of messages in messages, and filters one more.</summary>
    private const int MaxDepth = 16;

    private static readonly JsonFormatter Whole = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    private static readonly JsonParser Parser = new(new JsonParser.Settings(MaxDepth));

    public static byte[] Write(IMessage message) => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message));

    public static byte[] WriteWhole(IMessage message) => Encoding.UTF8.GetBytes(Whole.Format(message));

    /// <summary>Throws <see cref="QueryRefusal"/> for what is no such message.</summary>
    public static T Read<T>(string text) where T : class, IMessage<T>, new()
    {
        try
        {
            return Parser.Parse<T>(text);
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException or ArgumentException or FormatException or OverflowException)
        {
            throw QueryRefusal.Argument("body", $"a {new T().Descriptor.Name} as JSON: {e.Message}");
        }
    }
}
