using System.Globalization;
using System.Text.Json;
using Dlgs.Streams.Contracts.V1;
using Spectre.Console;

namespace Dlgs.Streams.Terminal;

/// <summary>The instances of a service, and each of their partitions.</summary>
internal static class ClusterTables
{
    private const string Owner = "owner";

    private static readonly Column<ClusterMember>[] Members =
    [
        new(1, "Instance", member => member.Instance),
        new(2, "State", member => member.Down ? "down" : "up"),
        new(3, "Active", member => Number(member.Partitions.Count(IsActive))),
        new(4, "Restoring", member => Number(member.Partitions.Count(p => p.Phase == PartitionPhase.Restoring))),
        new(5, "Closed", member => Number(member.Partitions.Count(p => p.Phase == PartitionPhase.Closed))),
        new(6, "Lag", member => Number(member.Partitions.Sum(p => p.Lag))),
        new(7, "Peer address", member => member.Address),
    ];

    private static readonly Column<Row>[] Partitions =
    [
        new(1, "Partition", row => Number(row.Partition)),
        new(2, "Instance", row => row.Instance),
        new(3, "Role", row => row.Role),
        new(4, "Phase", row => row.Phase),
        new(5, "Generation", row => Number(row.Generation)),
        new(6, "Position", row => Number(row.Position)),
        new(7, "Lag", row => row.Lag is { } lag ? Number(lag) : ""),
    ];

    public static void Write(IAnsiConsole console, DescribeClusterResponse cluster, Form form)
    {
        var rows = Rows(cluster);
        if (form == Form.Json)
        {
            foreach (var row in rows) Output.Line(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));
            return;
        }
        RecordTables.Write(console, cluster.Members, Members, form);
        console.WriteLine();
        RecordTables.Write(console, rows, Partitions, form);
    }

    /// <summary>By partition, its owner first: of those that answer the one that took it over last.</summary>
    private static Row[] Rows(DescribeClusterResponse cluster)
    {
        var said = cluster.Members.SelectMany(member => member.Partitions.Select(partition => (Member: member, Said: partition))).ToArray();
        var owners = said.Where(each => !each.Member.Down && IsActive(each.Said)).GroupBy(each => each.Said.Partition)
            .ToDictionary(each => each.Key, each => each.MaxBy(one => one.Said.Generation).Member);
        return [.. said.Select(each => ToRow(each.Member, each.Said, owners.GetValueOrDefault(each.Said.Partition) == each.Member))
            .OrderBy(row => row.Partition).ThenBy(row => row.Role == Owner ? 0 : 1).ThenBy(row => row.Instance, StringComparer.Ordinal)];
    }

    private static Row ToRow(ClusterMember member, PartitionCoverage said, bool isOwner) => new(member.Instance, said.Partition,
        isOwner ? Owner : member.Down ? "down" : "none", said.Phase.ToString().ToLowerInvariant(), said.Generation, said.CommittedOffset,
        said.HasLag ? said.Lag : null);

    private static bool IsActive(PartitionCoverage partition) => partition.Phase == PartitionPhase.Active;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The names are those of --json.</summary>
    private sealed record Row(string Instance, int Partition, string Role, string Phase, long Generation, long Position, long? Lag);
}
