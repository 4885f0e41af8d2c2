using System.Globalization;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Core.Dialogs;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace Dlgs.Streams.Http;

/// <summary>Parameters of a query string as what they stand for. Each is refused by its name, with what is allowed.</summary>
internal static class ParameterText
{
    /// <summary>0: it is not there.</summary>
    public static long Number(string? text, string name) =>
        text is null ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw QueryRefusal.Argument(name, "a whole number.");

    /// <summary>0: it is not there.</summary>
    public static int Count(string? text, string name) =>
        Number(text, name) is var number && number is >= int.MinValue and <= int.MaxValue ? (int)number : throw QueryRefusal.Argument(name, "a whole number.");

    public static uint CSeq(string text, string name) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw QueryRefusal.Argument(name, "0 to 4294967295.");

    /// <summary>false: it is not there.</summary>
    public static bool Flag(string? text, string name) => text switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw QueryRefusal.Argument(name, "true or false."),
    };

    /// <summary>Base64 of either alphabet, as it stands in an answer; a + that nobody encoded has come as a space.</summary>
    public static ByteString Bytes(string? text, string name)
    {
        if (text is null) return ByteString.Empty;
        var standard = text.Replace(' ', '+').Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var padded = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length)
            ? ByteString.CopyFrom(bytes.AsSpan(0, length))
            : throw QueryRefusal.Argument(name, "Base64, as it stands in an answer.");
    }

    /// <summary>Null: it is not there.</summary>
    public static Timestamp? Time(string? text, string name)
    {
        if (text is null) return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, utc, out var time)
            ? Timestamp.FromDateTimeOffset(time)
            : throw QueryRefusal.Argument(name, "a time as 2026-01-31T12:00:00Z (RFC 3339).");
    }

    public static T Name<T>(string text, string name, NameTable<T> names) where T : struct, Enum =>
        names.TryParse(text, out var value) ? value : throw QueryRefusal.Argument(name, $"{names.Either}.");
}
