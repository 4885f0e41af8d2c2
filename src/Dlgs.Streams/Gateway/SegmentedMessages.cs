using Dlgs.Streams.Settings;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Gateway;

/// <summary>A TCP connection that an agent captured: pieces of its bytes come in their order.</summary>
internal readonly record struct CapturedStream(Sender Sender, uint Agent, UInt128 From, UInt128 To, uint Ports);

/// <summary>A message whose rest did not come: what there is of it, whose, and when.</summary>
internal sealed record UnfinishedMessage(byte[] Text, FrameOrigin Origin, long TimeMicros);

/// <summary>
/// SIP messages that are split over segments of a captured TCP connection. One that was cut in its header waits for the rest, as much in all as is allowed,
/// and so long; of one that was cut in its body, which says nothing, the rest is passed over. Any thread.
/// </summary>
internal sealed class SegmentedMessages(GatewayOptions options, TimeProvider time)
{
    /// <summary>Bytes of a message that waits, at the most: no datagram is longer.</summary>
    public const int MaxMessage = 65_535;

    /// <summary>What an entry takes beside its text, or more.</summary>
    private const int EntryBytes = 512;

    private readonly Lock changing = new();
    private readonly Dictionary<CapturedStream, Rest> rests = [];
    private readonly LinkedList<CapturedStream> oldest = [];
    private readonly Queue<UnfinishedMessage> unfinished = new();
    private long bytes;
    private int count;

    /// <summary>Bytes held, with what it takes to hold them.</summary>
    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>A piece with what was held of the message that it goes on with. Empty: there is nothing to read yet.</summary>
    /// <param name="stream">Of which connection.</param>
    /// <param name="piece">Its bytes.</param>
    /// <param name="isLost">What was passed over as the rest of a body may have been the beginning of a message.</param>
    public ReadOnlySpan<byte> Resume(CapturedStream stream, ReadOnlySpan<byte> piece, out bool isLost)
    {
        isLost = false;
        if (Volatile.Read(ref count) == 0) return piece;
        lock (changing)
        {
            if (!rests.TryGetValue(stream, out var rest)) return piece;
            return rest.Text.Length == 0 ? PassOver(stream, rest, piece, out isLost) : Join(stream, rest, piece);
        }
    }

    /// <summary>Holds the beginning of a message until its rest comes.</summary>
    public void Hold(CapturedStream stream, ReadOnlySpan<byte> beginning, FrameOrigin origin, long timeMicros) =>
        Add(stream, new Rest(origin, timeMicros, time.GetTimestamp()) { Text = beginning.ToArray(), Length = beginning.Length });

    /// <summary>So many bytes of a message that was read are still to come.</summary>
    public void Skip(CapturedStream stream, int missing) => Add(stream, new Rest(default, 0, time.GetTimestamp()) { Missing = missing });

    /// <summary>Gives up what has waited for too long.</summary>
    public void GiveUpOverdue()
    {
        lock (changing)
            while (oldest.First is { } first && time.GetElapsedTime(rests[first.Value].Since) >= options.SegmentTime) GiveUp(first.Value, rests[first.Value]);
    }

    /// <summary>Gives up all.</summary>
    public void GiveUpAll()
    {
        lock (changing)
            while (oldest.First is { } first) GiveUp(first.Value, rests[first.Value]);
    }

    /// <summary>What was given up, for whoever reads it all the same.</summary>
    public bool TryTakeUnfinished([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out UnfinishedMessage? message)
    {
        message = null;
        if (Volatile.Read(ref count) == 0) return false;
        lock (changing)
        {
            if (!unfinished.TryDequeue(out message)) return false;
            count--;
            return true;
        }
    }

    /// <summary>
    /// A body may have what looks like a start line (RFC 3420), but hardly a message; one follows where a segment was lost. What ends where the message
    /// said that it would was not.
    /// </summary>
    private ReadOnlySpan<byte> PassOver(CapturedStream stream, Rest rest, ReadOnlySpan<byte> piece, out bool isLost)
    {
        var endsHere = rest.Missing <= piece.Length && (rest.Missing == piece.Length || SipStream.BeginsMessage(piece[rest.Missing..]));
        var passed = !endsHere && SipStream.IsMessage(piece) ? 0 : Math.Min(rest.Missing, piece.Length);
        isLost = passed > 0 && !endsHere && SipStream.BeginsMessage(piece);
        rest.Missing -= passed;
        if (passed < piece.Length || rest.Missing == 0) Remove(stream, rest);
        return piece[passed..].TrimStart("\r\n"u8);
    }

    private ReadOnlySpan<byte> Join(CapturedStream stream, Rest rest, ReadOnlySpan<byte> piece)
    {
        // The rest of a start line may look like one.
        if (SipStream.BeginsMessage(piece) && rest.HasStartLine)
        {
            GiveUp(stream, rest);
            return piece;
        }
        Append(rest, piece);
        if (rest.Length <= MaxMessage && !HasHeaderEnd(rest, piece.Length))
        {
            MakeRoom();
            return default;
        }
        Remove(stream, rest);
        return rest.Text.AsSpan(0, rest.Length);
    }

    private void Add(CapturedStream stream, Rest rest)
    {
        lock (changing)
        {
            if (rests.TryGetValue(stream, out var before)) GiveUp(stream, before);
            rests.Add(stream, rest);
            rest.Place = oldest.AddLast(stream);
            bytes += EntryBytes + rest.Text.Length;
            count++;
            MakeRoom();
        }
    }

    private void Append(Rest rest, ReadOnlySpan<byte> piece)
    {
        var needed = rest.Length + piece.Length;
        if (needed > rest.Text.Length)
        {
            bytes -= rest.Text.Length;
            Array.Resize(ref rest.Text, Math.Max(needed, rest.Text.Length * 2));
            bytes += rest.Text.Length;
        }
        piece.CopyTo(rest.Text.AsSpan(rest.Length));
        rest.Length = needed;
    }

    private void MakeRoom()
    {
        while (bytes > options.SegmentBytes && oldest.First is { } first) GiveUp(first.Value, rests[first.Value]);
    }

    private void GiveUp(CapturedStream stream, Rest rest)
    {
        Remove(stream, rest);
        if (rest.Length == 0) return;
        unfinished.Enqueue(new UnfinishedMessage(rest.Text[..rest.Length], rest.Origin, rest.TimeMicros));
        count++;
    }

    private void Remove(CapturedStream stream, Rest rest)
    {
        rests.Remove(stream);
        oldest.Remove(rest.Place!);
        bytes -= EntryBytes + rest.Text.Length;
        count--;
    }

    /// <summary>Looked for where it may be new: many small pieces are not read again and again.</summary>
    private static bool HasHeaderEnd(Rest rest, int added)
    {
        var from = Math.Max(0, rest.Length - added - 2);
        return SipStream.HasHeaderEnd(rest.Text.AsSpan(from, rest.Length - from));
    }

    /// <summary>The beginning of a message, or, where there is none, how much of a body is to come.</summary>
    private sealed class Rest(FrameOrigin origin, long timeMicros, long since)
    {
        public byte[] Text = [];
        public int Length;
        public int Missing;
        public LinkedListNode<CapturedStream>? Place;

        public bool HasStartLine => Text.AsSpan(0, Length).Contains((byte)'\n');
        public FrameOrigin Origin => origin;
        public long TimeMicros => timeMicros;
        public long Since => since;
    }
}
