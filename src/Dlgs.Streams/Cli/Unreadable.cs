namespace Dlgs.Streams.Cli;

/// <summary>Why a file cannot be read, in words for who named it.</summary>
internal static class Unreadable
{
    public static string Reason(FileInfo file, Exception e) => e switch
    {
        _ when Directory.Exists(file.FullName) => $"{file} is a directory, not a recording",
        FileNotFoundException or DirectoryNotFoundException => $"{file}: no such file",
        _ => $"{file}: {e.Message}",
    };
}
