using System.CommandLine;
using Dlgs.Streams.Client;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs leave: an instance hands its partitions over for good, and ends.</summary>
internal static class LeaveCommand
{
    /// <summary>Longer than an instance takes to end, whatever its brokers do.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var server = new ServerOption("Address of the instance that is to go.");
        var command = new Command("leave", "Take an instance out of service for good: "
            + "the others get its partitions at once, and its process ends.");
        server.AddTo(command);
        command.SetAction((result, cancellation) => server.AskAsync(result, options => new OperatedInstance(options), async instance =>
        {
            var answer = await instance.LeaveAsync(Deadline, cancellation);
            Output.Line(answer.HandedOver.Count > 0
                ? $"Handed over: partitions {string.Join(", ", answer.HandedOver)}."
                : "It had no partitions to hand over.");
            if (answer.NotHandedOver.Count == 0) return 0;
            Output.Error($"dlgs leave: partitions {string.Join(", ", answer.NotHandedOver)} were not handed over: {answer.Reason}. "
                + "Their next owner does again what was not committed; nothing is lost.");
            return 1;
        }));
        return command;
    }
}
