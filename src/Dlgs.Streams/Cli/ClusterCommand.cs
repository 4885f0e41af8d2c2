using System.CommandLine;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs cluster: the instances, and who has what.</summary>
internal static class ClusterCommand
{
    public static Command Create()
    {
        var form = new FormOptions();
        var query = new QueryOptions();
        var command = new Command("cluster", "Show the instances, as one of them knows them: what each has, how far it is, and what nobody has.");
        form.AddTo(command);
        query.AddServerTo(command);
        command.SetAction((result, cancellation) => query.ConnectAsync(result, async queries =>
        {
            var cluster = await queries.DescribeClusterAsync(QueryOptions.Deadline, cancellation);
            ClusterTables.Write(AnsiConsole.Console, cluster, form.Of(result));
            foreach (var member in cluster.Members.Where(member => member.Down)) Output.Error($"dlgs cluster: {member.Instance} does not answer.");
            if (cluster.PartitionCount == 0) Output.Error("dlgs cluster: this instance does not know the partitions yet.");
            if (cluster.MissingPartitions.Count > 0) Output.Error($"dlgs cluster: nobody has partitions {string.Join(", ", cluster.MissingPartitions)}.");
            return cluster.MissingPartitions.Count == 0 && cluster.PartitionCount > 0 ? 0 : QueryOptions.Partial;
        }));
        return command;
    }
}
