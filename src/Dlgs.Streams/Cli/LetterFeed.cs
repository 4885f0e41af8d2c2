using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.Cli;

/// <summary>How long the calls of a letter are surely known: what was put aside before that is fed only if it is asked for.</summary>
/// <param name="Late">late_lifetime.</param>
/// <param name="Since">The time that is so long ago; the beginning of time: all are fed.</param>
internal sealed record KnownCalls(TimeSpan Late, DateTimeOffset Since);

/// <summary>Letters that are written into the input once more, and what became of them.</summary>
internal sealed class LetterFeed(SipEventPublisher publisher, KnownCalls known)
{
    /// <summary>Events that are remembered as fed, at most: 16 bytes of each. Then it begins anew, which costs a letter more.</summary>
    private const int MaxRemembered = 1_000_000;

    private readonly HashSet<UInt128> fed = [];
    private int letters;
    private int without;
    private int late;
    private int again;

    public void Take(Letter letter, CancellationToken cancellation)
    {
        letters++;
        if (letter.Event is not { } sipEvent) without++;
        else if (letter.PutAside < known.Since) late++;
        else if (!IsNew(sipEvent)) again++;
        else publisher.Publish(sipEvent, cancellation);
    }

    /// <summary>What was fed and could not be used again has two letters: were both fed, there would be twice as many each time.</summary>
    private bool IsNew(SipEvent sipEvent)
    {
        if (fed.Count >= MaxRemembered) fed.Clear();
        return fed.Add(MemoryMarshal.Read<UInt128>(SHA256.HashData(sipEvent.ToByteArray())));
    }

    /// <summary>Waits for the brokers. False: they did not take all of it.</summary>
    public bool Flush(TimeSpan timeout, out string summary)
    {
        var all = publisher.Flush(timeout);
        summary = $"{letters} found, {publisher.Delivered} are in {publisher.Topic} again, {publisher.Failed} failed, {without} have no event that could be";
        if (again > 0) summary += $", {again} are of an event that another letter has too";
        if (late > 0)
        {
            summary += $"; {late} were put aside more than {known.Late.TotalSeconds:0} s (late_lifetime) ago and are left out: "
                + "their calls may be forgotten, and fed again they would be settled, and billed, again (--late feeds them)";
        }
        if (!all) summary += $"; the broker did not take the rest in {timeout.TotalSeconds:0.#} s: {publisher.LastError}";
        return all && publisher.Failed == 0;
    }
}
