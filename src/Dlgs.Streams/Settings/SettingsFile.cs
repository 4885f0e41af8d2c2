using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The file of --config: JSON, in which comments and trailing commas may stand.</summary>
internal sealed class SettingsFile : MemoryConfigurationSource
{
    private const int MaxBytes = 1 << 20;
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What a file may have beside the settings: those of librdkafka, and of .NET's logging.</summary>
    private static readonly string[] OtherSections = ["kafka", "logging"];

    private SettingsFile(IConfiguration values) => InitialData = values.AsEnumerable();

    /// <summary>Of names that are no settings.</summary>
    public IEnumerable<string> Failures
    {
        get
        {
            string[] known = [.. RoomOptions.Every.Select(setting => setting.Name), .. OtherSections];
            return from name in InitialData!.Select(value => value.Key.Split(':')[0]).Distinct()
                   where !known.Contains(name, StringComparer.OrdinalIgnoreCase)
                   let hint = NearestName.Of(name, known) is { } meant ? $"did you mean {meant}?" : "'dlgs serve --help' lists them."
                   select $"{name}: there is no such setting; {hint}";
        }
    }

    /// <summary>Throws an <see cref="OptionsValidationException"/> that says, in one line, which file cannot be read, where and why.</summary>
    public static SettingsFile Read(string path)
    {
        try
        {
            var text = ReadText(path);
            using (var document = JsonDocument.Parse(text, Json))
                if (document.RootElement.ValueKind != JsonValueKind.Object) throw Failure($"{path} has no settings: it is to be {{ \"name\": value, ... }}");
            return new SettingsFile(new ConfigurationBuilder().AddJsonStream(new MemoryStream(text.ToArray())).Build());
        }
        catch (JsonException e)
        {
            throw Failure($"{path}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}");
        }
        // A name that stands twice.
        catch (FormatException e)
        {
            throw Failure($"{path}: {e.Message.TrimEnd('.')}");
        }
        // No path at all, or one with a NUL.
        catch (ArgumentException)
        {
            throw Failure($"'{path}' is no file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(e is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file"
                : Directory.Exists(path) ? $"{path} is a directory"
                : $"{path}: {e.Message.TrimEnd('.')}");
        }
    }

    private static ReadOnlyMemory<byte> ReadText(string path)
    {
        var buffer = new byte[MaxBytes + 1];
        int length;
        // Also of a pipe, whose length nobody knows.
        using (var file = File.OpenRead(path)) length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length > MaxBytes) throw Failure($"{path} is larger than {MaxBytes} bytes");
        var text = buffer.AsMemory(0, length);
        if (text.Span.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty) throw Failure($"{path} is empty");
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text.Span[at..], out _, out var bytes) != System.Buffers.OperationStatus.Done)
                throw Failure($"{path}, line {text.Span[..at].Count((byte)'\n') + 1}: this is not UTF-8");
            at += bytes;
        }
        return text;
    }

    private static OptionsValidationException Failure(string why) => new("config", typeof(SettingsFile), [$"config: {why}."]);
}
