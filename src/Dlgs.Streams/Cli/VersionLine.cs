using System.CommandLine;
using System.CommandLine.Invocation;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs --version: what a report of a fault needs.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var commit = ProgramVersion.Commit.Length > 0 ? $", commit {ProgramVersion.Commit}" : "";
        Output.Line($"dlgs {ProgramVersion.Number}{commit}, librdkafka {KafkaClients.LibraryVersion}, .NET {Environment.Version}");
        return 0;
    }
}
