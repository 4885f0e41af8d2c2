using System.Buffers;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Gateway;

/// <content>Frames out of what was read.</content>
internal sealed partial class HepConnections
{
    /// <summary>Bytes that are decoded at once, where they are not in one piece.</summary>
    private const int MaxCopied = 2 * HepDecoder.Window;

    /// <summary>Takes frames for as long as there is room for what is in them; returns how many bytes are done with.</summary>
    private long Take(in ReadOnlySequence<byte> buffer, bool isOver, Reading reading)
    {
        byte[]? copy = null;
        long taken = 0;
        try
        {
            for (var isWorth = true; isWorth;)
            {
                var rest = buffer.Slice(taken);
                var piece = rest.FirstSpan;
                if (!rest.IsSingleSegment)
                {
                    var length = (int)Math.Min(rest.Length, MaxCopied);
                    copy ??= ArrayPool<byte>.Shared.Rent(length);
                    rest.Slice(0, length = Math.Min(length, copy.Length)).CopyTo(copy);
                    piece = copy.AsSpan(0, length);
                }
                var done = Take(piece, isOver && piece.Length == rest.Length, reading);
                taken += done;
                isWorth = done > 0 && piece.Length < rest.Length && reading.Held.Count == 0;
            }
            return taken;
        }
        finally
        {
            if (copy is not null) ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private int Take(ReadOnlySpan<byte> bytes, bool isOver, Reading reading)
    {
        var intake = intakes.Value!;
        var taken = 0;
        while (reading.Held.Count == 0)
        {
            var any = reading.Decoder.TryRead(bytes[taken..], isOver, out var frame, out var failure);
            taken += reading.Decoder.Taken;
            if (!any) break;
            if (failure != HepFailure.None) intake.Fail(failure, reading.Sender);
            else if (intake.Take(frame, reading.Sender, reading.Held)) reading.Prove();
        }
        return taken;
    }

    /// <summary>How far one connection is.</summary>
    private sealed class Reading(Sender sender, Action prove, IEventSink sink)
    {
        public Sender Sender => sender;

        public HepDecoder Decoder { get; } = new(SipStream.TryFindLength) { IsLive = true };

        public HeldEvents Held { get; } = new(sink);

        public void Prove() => prove();
    }
}
