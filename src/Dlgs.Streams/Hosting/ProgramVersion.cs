using System.Reflection;

namespace Dlgs.Streams.Hosting;

/// <summary>Which program this is.</summary>
internal static class ProgramVersion
{
    private static readonly string[] Built =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');

    public static string Number => Built[0];

    /// <summary>Empty: it was built outside of its repository.</summary>
    public static string Commit => Built.Length > 1 ? Built[1] : "";
}
