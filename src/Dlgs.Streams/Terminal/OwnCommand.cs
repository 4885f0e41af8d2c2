using System.Reflection;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Terminal;

/// <summary>How this very program is started from another terminal.</summary>
internal static class OwnCommand
{
    /// <summary>Under the name that the documentation has.</summary>
    public static string Alias => $"alias dlgs={Quote(Words)}";

    /// <summary>The program, or dotnet and the program.</summary>
    public static string Words =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet" ? Quote(path)
        : $"dotnet {Quote(Path.Combine(AppContext.BaseDirectory, Assembly.GetExecutingAssembly().GetName().Name + ".dll"))}";

    private static string Quote(string text) => Regex.IsMatch(text, "^[A-Za-z0-9/._-]+$") ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
