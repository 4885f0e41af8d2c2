using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dlgs.Streams.Client;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;
using Wire = Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests;

/// <summary>What holds the house together and no compiler enforces. Each failure lists all that break the rule.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly[] OurAssemblies =
        [typeof(DialogStore).Assembly, typeof(CallIdPartitioner).Assembly, typeof(DialogRecords).Assembly, typeof(ArchitectureTests).Assembly];

    /// <summary>They say nothing of what a type is for. Service is for those of gRPC alone, which are called so.</summary>
    private static readonly string[] EmptyNames =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Handler", "Base", "Impl", "Data", "Info", "Service"];
    private static readonly string[] NamesAllowed = ["DialogQueryService", "InstanceControlService", "DialogPeerService"];

    private static readonly string[] TopLevel =
    [
        "src", "protos", "tests", "k8s", "Dlgs.Streams.sln", "README.md", "Dockerfile", "LICENSE", "Directory.Build.props", "Directory.Packages.props",
        "global.json", ".editorconfig", ".gitignore", ".gitattributes", ".dockerignore", ".ci", ".git",
    ];

    /// <summary>
    /// What each room of the program may name, rooms from above to below: Program.cs and Hosting alone see all. Another project is one room here.
    /// A room that comes gets a line; a line that comes needs a reason, and none makes a circle.
    /// </summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Cli"] =
        [
            "Demo", "Hosting", "Gateway", "Recordings", "Kafka", "Partitions", "Records", "Rules", "Hep", "Sip", "Terminal", "Settings", "Logging", "Client",
            "Contracts", "Core",
        ],
        ["Demo"] = ["Recordings", "Kafka", "Partitions", "Records", "Hep", "Sip", "Terminal", "Client", "Contracts", "Core"],
        // Contracts: the ports that it connects speak in records.
        ["Hosting"] =
        [
            "Contracts", "Access", "Grpc", "Http", "Gateway", "Answers", "Cluster", "Kafka", "Partitions", "Rules", "Sip", "Client", "Memory", "Settings",
            "Metrics", "Logging",
        ],
        // Cluster: the port by which it asks peers is implemented there.
        ["Grpc"] = ["Access", "Settings", "Answers", "Cluster", "Partitions", "Contracts"],
        ["Http"] = ["Access", "Answers", "Settings", "Contracts", "Core"],
        ["Answers"] = ["Access", "Cluster", "Partitions", "Records", "Memory", "Settings", "Metrics", "Logging", "Client", "Contracts", "Core"],
        ["Cluster"] = ["Partitions", "Settings", "Metrics", "Contracts"],
        ["Kafka"] = ["Folding", "Partitions", "Records", "Sip", "Memory", "Settings", "Metrics", "Logging", "Client", "Contracts", "Core"],
        ["Gateway"] = ["Rules", "Records", "Hep", "Sip", "Settings", "Metrics", "Logging", "Client", "Access", "Core"],
        ["Folding"] = ["Records", "Sip", "Metrics", "Client", "Core"],
        ["Partitions"] = ["Metrics", "Contracts", "Core"],
        ["Recordings"] = ["Rules", "Hep", "Sip", "Core"],
        ["Rules"] = ["Sip", "Settings", "Metrics", "Core"],
        ["Records"] = ["Sip", "Contracts", "Core"],
        ["Hep"] = [],
        ["Sip"] = ["Core"],
        ["Terminal"] = ["Logging", "Contracts"],
        ["Memory"] = ["Settings", "Metrics"],
        ["Access"] = ["Settings", "Metrics", "Logging"],
        ["Settings"] = [],
        ["Metrics"] = [],
        ["Logging"] = [],
        ["Client"] = ["Contracts"],
        ["Contracts"] = [],
        ["Core"] = [],
    };

    [Fact]
    public void Rooms_name_only_what_their_arrows_point_at() =>
        None(OurAssemblies[..^1].SelectMany(RoomReferences.Of)
            .Where(reference => !Arrows.GetValueOrDefault(RoomReferences.RoomOf(reference.From)!, []).Contains(RoomReferences.RoomOf(reference.To)))
            .GroupBy(
                reference => $"{RoomReferences.RoomOf(reference.From)} -> {RoomReferences.RoomOf(reference.To)}",
                reference => $"{reference.From.Name} names {reference.To.Name}")
            .Select(arrow => $"{arrow.Key}: {string.Join(", ", arrow.Distinct().Take(5))}"));

    /// <summary>Constants leave no trace in compiled code; usings do.</summary>
    [Fact]
    public void Files_import_only_what_their_rooms_arrows_point_at() =>
        None(from file in Repository.Sources
             where file.IsIn("src/Dlgs.Streams") && file.Path.Split('/').Length == 4
             let room = file.Path.Split('/')[2]
             from line in file.Code
             let import = Regex.Match(line, @"^using .*\bDlgs\.Streams\.(\w+)")
             where import.Success && import.Groups[1].Value != room && !Arrows.GetValueOrDefault(room, []).Contains(import.Groups[1].Value)
             select $"{file.Path}: {line}");

    [Fact]
    public void Arrows_make_no_circle()
    {
        var left = Arrows.ToDictionary(room => room.Key, room => room.Value.Where(Arrows.ContainsKey).ToArray());
        // What points at nothing that is left is below all that is left; a circle is what has no such room.
        while (left.Keys.Where(room => !left[room].Any(left.ContainsKey)).ToArray() is { Length: > 0 } lowest)
            foreach (var room in lowest) left.Remove(room);
        None(left.Select(room => $"{room.Key} -> {string.Join(", ", room.Value.Where(left.ContainsKey))}"));
    }

    [Fact]
    public void Core_references_neither_packages_nor_projects_nor_anything_but_the_runtime()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src/Dlgs.Streams.Core/Dlgs.Streams.Core.csproj"));
        None(project.Descendants().Where(e => e.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" or "Reference")
            .Select(e => e.ToString()));
        None(typeof(DialogStore).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Dialogs", "Stores|Queries")]
    [InlineData("Stores", "Queries")]
    public void Inside_Core_queries_know_stores_and_stores_know_dialogs_and_never_back(string folder, string above) =>
        None(Lines($"src/Dlgs.Streams.Core/{folder}", new Regex($@"\b({above})\b(\.|;)")));

    [Fact]
    public void Kafkas_types_stay_in_the_Kafka_folder_and_in_the_client() =>
        None(Repository.Sources
            .Where(f => f.IsIn("src") && !f.IsIn("src/Dlgs.Streams/Kafka") && !f.IsIn("src/Dlgs.Streams.Client"))
            .Where(f => f.Code.Any(line => line.Contains("Confluent", StringComparison.Ordinal)))
            .Select(f => f.Path));

    [Fact]
    public void Types_of_gRPC_stay_in_the_Grpc_folder_and_in_the_client() =>
        None(Lines("src/Dlgs.Streams", new Regex(@"(?<!Dlgs\.Streams\.)\bGrpc\.|\bRpcException\b"))
            .Where(line => !line.StartsWith("src/Dlgs.Streams/Grpc/", StringComparison.Ordinal)));

    /// <summary>All others are handed one, so that a test can hand them its own. The client counts deadlines as gRPC does.</summary>
    [Fact]
    public void System_clock_is_taken_in_Hosting_and_in_Program_alone() =>
        None(Lines("src", new Regex(@"\bTimeProvider\.System\b|\bStopwatch\b|\bTickCount"))
            .Where(line => !Regex.IsMatch(line, "^src/(Dlgs.Streams/Hosting/|Dlgs.Streams/Program.cs|Dlgs.Streams.Client/)")));

    /// <summary>
    /// Terminal/Output.cs makes plain text of what others said.
    /// Inspect and replay are given writers, and write file names and counts beside.
    /// </summary>
    [Fact]
    public void Commands_write_in_one_place() =>
        None(Repository.Sources.Where(f => f.IsIn("src/Dlgs.Streams") && !f.Path.EndsWith("/Terminal/Output.cs", StringComparison.Ordinal))
            .SelectMany(f => f.Code.Where(WritesToConsole).Select(line => $"{f.Path}: {line.Trim()}")));

    [Fact]
    public void Top_level_holds_only_what_belongs_there()
    {
        var ignored = File.ReadAllLines(Path.Combine(Repository.Root, ".gitignore")).Select(line => line.Trim('/'));
        None(Directory.GetFileSystemEntries(Repository.Root).Select(path => Path.GetFileName(path)).Except(TopLevel).Except(ignored));
    }

    [Fact]
    public void Files_of_more_than_250_lines_give_a_reason_in_their_first_comment() =>
        None(Repository.Sources
            .Where(f => f.Lines.Length > 250 && !FirstComment(f.Lines).Contains("Longer than 250 lines because", StringComparison.Ordinal))
            .Select(f => $"{f.Path}: {f.Lines.Length}"));

    [Fact]
    public void Lines_of_code_end_at_column_160() =>
        None(Repository.Sources.Concat(Repository.Protos)
            .SelectMany(f => f.Lines.Index().Where(line => line.Item.Length > 160).Select(line => $"{f.Path}:{line.Index + 1}: {line.Item.Length}")));

    [Fact]
    public void Prose_of_READMEs_ends_at_column_100() =>
        None(Repository.Readmes.SelectMany(f => f.Prose.Where(line => line.Text.Length > 100).Select(line => $"{f.Path}:{line.Number}: {line.Text.Length}")));

    [Fact]
    public void Classes_are_sealed() =>
        None(OurTypes().Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false }).Select(t => t.FullName));

    [Fact]
    public void Names_say_what_a_type_is() =>
        None(OurTypes().Select(t => t.Name.Split('`')[0])
            .Where(name => EmptyNames.Any(empty => name.EndsWith(empty, StringComparison.Ordinal))).Except(NamesAllowed));

    [Fact]
    public void Every_project_has_a_lock_file() =>
        None(new[] { "src", "tests" }.SelectMany(folder => Repository.Files(folder, "*.csproj"))
            .Where(project => !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json"))));

    /// <summary>They are cast from one into the other.</summary>
    [Theory]
    [InlineData(typeof(Wire.DialogState), typeof(Core.Dialogs.DialogState))]
    [InlineData(typeof(Wire.EndReason), typeof(Core.Dialogs.EndReason))]
    [InlineData(typeof(Wire.Party), typeof(Core.Dialogs.Party))]
    [InlineData(typeof(Wire.Lifetime), typeof(Core.Dialogs.Lifetime))]
    [InlineData(typeof(Wire.DialogField), typeof(Core.Queries.DialogField))]
    [InlineData(typeof(Wire.FilterOperator), typeof(Core.Queries.FilterOperator))]
    public void Enums_of_the_protocol_and_of_Core_have_the_same_names_and_numbers(Type wire, Type core) =>
        Assert.Equal(Numbers(wire), Numbers(core).Select(n => n.Replace("None=0", "Unspecified=0", StringComparison.Ordinal)));

    /// <summary>Cast, too; the protocol alone has one for none, which is refused.</summary>
    [Fact]
    public void Group_fields_of_the_protocol_are_the_keys_of_Core() =>
        Assert.Equal(Numbers(typeof(Wire.GroupField)), Numbers(typeof(Core.Queries.GroupKey)).Prepend("Unspecified=0"));

    private static bool WritesToConsole(string line) =>
        line.Contains("Console.Write", StringComparison.Ordinal) || line.Contains("Console.Error.Write", StringComparison.Ordinal);

    private static string FirstComment(string[] lines) => lines.FirstOrDefault(line => line.TrimStart().StartsWith("//", StringComparison.Ordinal)) ?? "";

    private static void None(IEnumerable<string?> offenders)
    {
        var all = offenders.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static IEnumerable<string> Numbers(Type type) =>
        Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(number => $"{Enum.GetName(type, number)}={number}");

    private static IEnumerable<string> Lines(string folder, Regex forbidden) =>
        Repository.Sources.Where(f => f.IsIn(folder)).SelectMany(f => f.Code.Where(line => forbidden.IsMatch(line)).Select(line => $"{f.Path}: {line.Trim()}"));

    /// <summary>
    /// What a person wrote: the compiler's and the source generators' types have names or marks that tell them.
    /// Program is the top-level statements' class.
    /// </summary>
    private static IEnumerable<Type> OurTypes() =>
        OurAssemblies.SelectMany(a => a.GetTypes()).Where(t => t.Namespace?.StartsWith("Dlgs.", StringComparison.Ordinal) == true
            && !t.Name.Contains('<', StringComparison.Ordinal) && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null);
}
