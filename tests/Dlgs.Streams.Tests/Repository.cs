namespace Dlgs.Streams.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Our own C#, except generated code, by its path below the root.</summary>
    public static IEnumerable<SourceFile> Sources { get; } =
        [.. Files("src", "*.cs").Concat(Files("tests", "*.cs")).Select(Read)];

    public static IEnumerable<SourceFile> Protos { get; } = [.. Files("protos", "*.proto").Select(Read)];

    public static IEnumerable<SourceFile> Readmes { get; } =
        [.. new[] { "README.md" }.Concat(new[] { "src", "tests", "protos", "k8s" }.SelectMany(folder => Files(folder, "*.md"))).Select(Read)];

    /// <summary>Paths below the root, build output left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    private static SourceFile Read(string path) => new(path, File.ReadAllLines(Path.Combine(Root, path)));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Dlgs.Streams.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Dlgs.Streams.sln is in none of the folders above the test program.");
    }
}

/// <summary>A source file: where it is, and its lines.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    /// <summary>What is no comment; a string that holds two slashes is cut, which no rule minds.</summary>
    public IEnumerable<string> Code => Lines.Select(line => line.Split("//")[0]);

    /// <summary>Of a README, what is no table and no code, by the numbers of its lines.</summary>
    public IEnumerable<(int Number, string Text)> Prose
    {
        get
        {
            var isCode = false;
            foreach (var (index, line) in Lines.Index())
            {
                if (line.StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
                else if (!isCode && !line.StartsWith('|') && !line.StartsWith("    ", StringComparison.Ordinal)) yield return (index + 1, line);
            }
        }
    }

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}
