using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>
/// What an operator does goes into the input as a proxy's events do: whoever owns the Call merges it, in whatever order it comes. Answers wait
/// until this instance has it.
/// </summary>
internal sealed class OperatorEvents(AppendEvent append, PositionWait positions, TimeProvider time)
{
    /// <summary>The proxy that metrics of clocks name.</summary>
    private const string Proxy = "dlgs";

    /// <summary>
    /// An event of a Call, later than what is known of what it is about: the clock of a proxy that is ahead of ours must not void it. By no more than
    /// that, because times far ahead of the log time are replaced.
    /// </summary>
    public SipEvent Begin(byte[] callId, string fromTag, SipTime? known)
    {
        var now = SipTime.Of(time.GetUtcNow()).Micros;
        return new SipEvent
        {
            CallId = System.Text.Encoding.UTF8.GetString(callId),
            FromTag = fromTag,
            Proxy = Proxy,
            TimeUnixUs = Math.Max(now, known is { } latest ? latest.Micros + 1 : 0),
        };
    }

    /// <summary>Appends all of them. The positions have them, one for each partition.</summary>
    public async Task<IReadOnlyList<Position>> AppendAsync(IEnumerable<SipEvent> events, CancellationToken cancellation)
    {
        Task<Position>[] appends = [.. events.Select(sipEvent => append(sipEvent, cancellation))];
        try
        {
            var written = await Task.WhenAll(appends);
            return [.. written.GroupBy(position => position.Partition).OrderBy(p => p.Key).Select(p => p.MaxBy(position => position.Offset)!)];
        }
        catch (AppendFailure failure)
        {
            var written = appends.Count(append => append.IsCompletedSuccessfully);
            var why = appends.Length == 1 ? failure.Message : $"{failure.Message} Of {appends.Length} events {written} are written.";
            throw failure.IsOverload ? QueryRefusal.Exhausted(null, why) : QueryRefusal.Unavailable(why);
        }
        catch (OperationCanceledException)
        {
            throw new QueryRefusal(
                RefusalKind.TimedOut, null, "The brokers have not said in time that they have it: it may come yet. To ask again is harmless.");
        }
    }

    /// <summary>Reads when this instance has what was written; the read has to demand it, for a lane may go back meanwhile.</summary>
    public async Task<TAnswer> ReadBackAsync<TAnswer>(IReadOnlyList<Position> written, Func<Demand, Task<TAnswer>> read, CancellationToken cancellation)
    {
        try
        {
            foreach (var position in written) await positions.ReachAsync(position, ofField: null, cancellation);
            return await read(new Demand { Positions = { written } });
        }
        catch (QueryRefusal late) when (late is { Kind: RefusalKind.TimedOut or RefusalKind.Unavailable, Missing.Count: 0 })
        {
            throw new QueryRefusal(late.Kind, null, $"It is written, but answers here do not have it yet: {late.Allowed}");
        }
    }
}
