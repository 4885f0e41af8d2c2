using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs --version: what a report of a fault needs.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var built = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+');
        var commit = built.Length > 1 ? $", commit {built[1]}" : "";
        Output.Line($"dlgs {built[0]}{commit}, librdkafka {KafkaClients.LibraryVersion}, .NET {Environment.Version}");
        return 0;
    }
}
