using System.Text;
using System.Text.Json;

namespace Dlgs.Streams.Settings;

/// <summary>A JSON file that people write: comments and trailing commas may stand in it.</summary>
internal static class JsonFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>All that is in it. Throws a <see cref="JsonFileFailure"/>.</summary>
    public static ReadOnlyMemory<byte> ReadText(string path)
    {
        try
        {
            var buffer = new byte[MaxBytes + 1];
            int length;
            // Also of a pipe, whose length nobody knows.
            using (var file = File.OpenRead(path)) length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaxBytes) throw new JsonFileFailure($"{path} is larger than {MaxBytes} bytes");
            return Check(path, buffer.AsMemory(0, length));
        }
        // No path at all, or one with a NUL.
        catch (ArgumentException)
        {
            throw new JsonFileFailure($"'{path}' is no file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JsonFileFailure(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file"
                : Directory.Exists(path) ? $"{path} is a directory"
                : $"{path}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Throws a <see cref="JsonFileFailure"/> that says where it ceases to be JSON.</summary>
    public static JsonDocument Parse(string path, ReadOnlyMemory<byte> text, bool allowsDoubles)
    {
        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = allowsDoubles,
            });
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $", line {line + 1}, column {e.BytePositionInLine + 1}" : "";
            throw new JsonFileFailure($"{path}{place}: {e.Message.Split([" LineNumber:", " Path:"], 0)[0].TrimEnd('.')}");
        }
    }

    private static ReadOnlyMemory<byte> Check(string path, ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty) throw new JsonFileFailure($"{path} is empty");
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text.Span[at..], out _, out var bytes) != System.Buffers.OperationStatus.Done)
                throw new JsonFileFailure($"{path}, line {text.Span[..at].Count((byte)'\n') + 1}: this is not UTF-8");
            at += bytes;
        }
        return text;
    }
}

/// <summary>Why a JsonFile cannot be read: one line that names the file, and where in it.</summary>
internal sealed class JsonFileFailure(string why) : Exception(why);
