using System.Net;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>An intake without a socket, over a queue that the test scripts.</summary>
internal sealed class IntakeRig
{
    private static readonly Sender Somebody = Sender.Of(new IPEndPoint(IPAddress.Parse("10.9.9.9"), 9060));
    private readonly FrameIntake intake;

    public IntakeRig(GatewayOptions? settings = null, AttributeRules? rules = null)
    {
        var options = Options.Create(settings ?? new GatewayOptions());
        var lines = new GatewayLines(Time, LoggerFactory.Create(logging => logging.AddProvider(Log)).CreateLogger<GatewayLines>());
        Context = new IntakeContext(
            new SenderCheck(options), new Agents(options), new SegmentedMessages(options.Value, Time), new FieldLimits(), lines, Time, rules);
        intake = new FrameIntake(Context);
    }

    public FakeTimeProvider Time { get; } = new(Mirrored.Now);

    public IntakeContext Context { get; }

    public ScriptedQueue Queue { get; } = new();

    public LogRecords Log { get; } = new();

    public IEnumerable<string> CallIds => Queue.Events.Select(each => each.CallId);

    /// <summary>By one who may send, unless the test says otherwise.</summary>
    public IntakeRig Take(byte[] datagram, string? from = null)
    {
        var sender = from is null ? Somebody : Sender.Of(new IPEndPoint(IPAddress.Parse(from), 9060));
        if (intake.Admits(sender)) intake.TakeDatagram(datagram, sender, Queue);
        return this;
    }

    public IntakeRig Take(Mirrored mirrored, string? from = null) => Take(mirrored.Frame, from);

    /// <summary>What does the host each second.</summary>
    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Context.Segments.GiveUpOverdue();
        intake.TakeUnfinished(Queue);
    }

    /// <summary>"hep-2001 read 3", of everything that was counted.</summary>
    public IEnumerable<string> Counts =>
        from counts in Context.Agents.Counts
        from each in Enum.GetNames<FrameOutcome>().Zip(counts.Frames).Concat(Enum.GetNames<MessageOutcome>().Zip(counts.Messages))
            .Concat(Enum.GetNames<ReplacedTime>().Zip(counts.Times))
        where each.Second.Count > 0 && each.First is not nameof(FrameOutcome.Read)
        select $"{counts.Name} {each.First} {each.Second.Count}";
}
