using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Records;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// The one path from what a capture agent sent to events: key, protocol, clock, payload, messages, event. Whatever is in the bytes, it does not throw, and
/// nothing is passed over without being counted, with the reason and the agent. It knows no socket. Not for several threads at once.
/// </summary>
internal sealed class FrameIntake(IntakeContext context)
{
    /// <summary>
    /// Messages of one frame that are read. The 64 KiB that a frame may hold have fewer of those that proxies send, even where the system joined segments
    /// to a large one; of the smallest that can be written a few bytes, compressed, would make an event each.
    /// </summary>
    public const int MaxMessages = 128;

    private readonly CapturedText captured = new(context.Limits);
    private readonly SipEventWriter writer = new();
    private readonly RuleRun? rules = context.Rules is { } given ? new RuleRun(given, context.Limits) : null;
    private Inflater? inflater;

    /// <summary>Whether frames of this sender are looked at.</summary>
    public bool Admits(Sender sender)
    {
        if (context.Senders.IsAllowed(sender)) return true;
        Refuse(FrameOutcome.WrongAddress, context.Agents.Unknown, sender);
        return false;
    }

    /// <summary>A datagram of a sender that is admitted. It has one frame, as a rule.</summary>
    public void TakeDatagram(ReadOnlySpan<byte> datagram, Sender sender, IEventSink sink)
    {
        do
        {
            var failure = HepDatagram.Take(ref datagram, out var frame);
            if (failure == HepFailure.None) Take(frame, sender, sink);
            else Fail(failure, sender);
        }
        while (!datagram.IsEmpty);
    }

    /// <summary>What should have been a frame.</summary>
    public void Fail(HepFailure failure, Sender sender) => Refuse(Outcomes.Of(failure), context.Agents.Unknown, sender);

    /// <summary>A frame of a sender that is admitted. False: it has not the key.</summary>
    public bool Take(HepFrame frame, Sender sender, IEventSink sink)
    {
        if (!context.Senders.IsKey(frame.AuthenticateKey))
        {
            // Whoever sends it chooses the id.
            Refuse(FrameOutcome.WrongKey, context.Agents.Unknown, sender);
            return false;
        }
        var now = NowMicros();
        var agent = context.Agents.Get(frame.CaptureId, now);
        if (context.Agents.IsOther(agent)) context.Lines.TellOther(agent.Id, sender);
        if (frame.ProtocolType != HepFrame.Sip)
        {
            agent.Counts.Add(FrameOutcome.OtherProtocol);
            return true;
        }
        if (frame.IsCompressed && (inflater ??= new Inflater()).Inflate(frame.Payload, out frame.Payload) is not HepFailure.None and var failure)
        {
            Refuse(Outcomes.Of(failure), agent.Counts, sender);
            return true;
        }
        // RFC 3261 7.5: empty lines before a message are nothing; but in a stream they may end a header.
        var text = frame.Payload.TrimStart("\r\n"u8);
        agent.Counts.Add(text.IsEmpty ? FrameOutcome.Empty : FrameOutcome.Read);
        if (text.IsEmpty && !frame.IsOfStream) return true;
        frame.TimeMicros = Check(frame.TimeMicros, now, agent);
        var origin = new FrameOrigin(agent, sender, frame.Source, frame.Destination);
        if (frame.IsOfStream) TakeStream(frame, origin, sink);
        else Publish(text, frame.TimeMicros, origin, SipFailure.NotSip, sink);
        return true;
    }

    /// <summary>Reads what there is of messages whose rest did not come.</summary>
    public void TakeUnfinished(IEventSink sink)
    {
        while (context.Segments.TryTakeUnfinished(out var message))
            Publish(message.Text, message.TimeMicros, message.Origin, SipFailure.LeftOver, sink);
    }

    /// <summary>A piece of a stream may hold several messages, the end of one, and the beginning of another.</summary>
    private void TakeStream(in HepFrame frame, in FrameOrigin origin, IEventSink sink)
    {
        // Without addresses nobody could tell which beginning is whose.
        var isKnown = TryFindStream(origin, out var stream);
        var isLost = false;
        var rest = isKnown ? context.Segments.Resume(stream, frame.Payload, out isLost) : frame.Payload;
        if (isLost) Count(MessageOutcome.LeftOver, origin);
        rest = rest.TrimStart("\r\n"u8);
        for (var messages = 0; !rest.IsEmpty; messages++)
        {
            if (messages == MaxMessages)
            {
                Count(MessageOutcome.LeftOver, origin);
                break;
            }
            if (isKnown && rest.Length <= SegmentedMessages.MaxMessage && SipStream.EndsInHeader(rest))
            {
                context.Segments.Hold(stream, rest, origin, frame.TimeMicros);
                break;
            }
            var text = SipStream.Take(ref rest, out var missing);
            if (isKnown && missing > 0) context.Segments.Skip(stream, missing);
            Publish(text, frame.TimeMicros, origin, SipFailure.LeftOver, sink);
        }
        TakeUnfinished(sink);
    }

    /// <param name="text">The message.</param>
    /// <param name="micros">When it was seen.</param>
    /// <param name="origin">Whose it is.</param>
    /// <param name="notSip">What text without a start line is.</param>
    /// <param name="sink">Where its event goes.</param>
    private void Publish(ReadOnlySpan<byte> text, long micros, in FrameOrigin origin, SipFailure notSip, IEventSink sink)
    {
        var failure = captured.Read(ref text, out var message, out var isLatin1);
        if (isLatin1) origin.Agent.Counts.Latin1.Add();
        if (failure != SipFailure.None)
        {
            Count(Outcomes.Of(failure == SipFailure.NotSip ? notSip : failure), origin);
            return;
        }
        message.Time = new SipTime(micros);
        if (rules is not null) Apply(rules, text, origin, ref message);
        var sipEvent = writer.Write(message, text, origin.Agent.Proxy);
        Count(sink.TryPublish(message.CallId, sipEvent) ? MessageOutcome.Queued : MessageOutcome.Dropped, origin);
    }

    private long Check(long micros, long now, Agent agent)
    {
        var time = agent.Clock.Check(micros, now, out var why);
        if (why == ReplacedTime.None) return time;
        agent.Counts.Add(why);
        context.Lines.Tell(why, agent.Counts.Name, micros);
        return time;
    }

    private void Count(MessageOutcome outcome, in FrameOrigin origin)
    {
        origin.Agent.Counts.Add(outcome);
        if (outcome != MessageOutcome.Queued) context.Lines.Tell(outcome, origin.Agent.Counts.Name, origin.Sender);
    }

    private void Refuse(FrameOutcome outcome, AgentCounts counts, Sender sender)
    {
        counts.Add(outcome);
        context.Lines.Tell(outcome, counts.Name, sender);
    }

    private long NowMicros() => SipTime.Of(context.Time.GetUtcNow()).Micros;

    private static void Apply(RuleRun rules, ReadOnlySpan<byte> text, FrameOrigin origin, scoped ref SipMessage message)
    {
        var (source, destination) = (origin.Source, origin.Destination);
        rules.Apply(text, new MessageOrigin
        {
            Proxy = origin.Agent.Proxy, CaptureId = origin.Agent.Id,
            SourceAddress = source.Address, SourcePort = source.Port, DestinationAddress = destination.Address, DestinationPort = destination.Port,
        }, ref message);
    }

    private static bool TryFindStream(in FrameOrigin origin, out CapturedStream stream)
    {
        stream = default;
        var (source, destination) = (origin.Source, origin.Destination);
        if (source.Port == 0 || destination.Port == 0 || source.Address.IsEmpty || destination.Address.IsEmpty) return false;
        var ports = (uint)source.Port << 16 | destination.Port;
        stream = new CapturedStream(
            origin.Sender, origin.Agent.Id, AddressRange.Number(source.Address), AddressRange.Number(destination.Address), ports);
        return true;
    }
}
