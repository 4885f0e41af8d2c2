using System.Globalization;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>Dialogs that a request names by their Call-ID: all, one caller's, or one; in some states, begun by some time.</summary>
internal sealed record NamedDialogs(byte[] CallId)
{
    /// <summary>Of a refusal: who sends many names gets to know of a few.</summary>
    private const int ListedIds = 3;

    public string? FromTag { get; init; }

    public uint? SinceCSeq { get; init; }

    public StateSet States { get; init; } = StateSet.Ongoing;

    /// <summary>Null: whenever they began.</summary>
    public SipTime? BegunBy { get; init; }

    /// <summary>Those that are ongoing. Where there is none, the refusal says why.</summary>
    public IReadOnlyList<Dialog> FindOngoing(DialogStore store)
    {
        var all = store.DialogsOf(CallId);
        Dialog[] named = [.. all.Where(d => (FromTag is null || d.Id.FromTag == FromTag) && (SinceCSeq is null || d.Id.SinceCSeq == SinceCSeq))];
        Dialog[] ongoing = [.. named.Where(d => !d.State.IsFinished())];
        Dialog[] found = [.. ongoing.Where(d => States.Includes(d.State) && (BegunBy is null || d.InitTime <= BegunBy))];
        if (found.Length > 0) return found;
        throw QueryRefusal.NotFound(
            ongoing is [var other, ..] ? $"{other.Id.ToText()} is {other.State.Name()}, and began at {Format(other.InitTime)}: others are asked for."
            : named.MaxBy(d => d.FinishTime) is { } last ? $"{last.Id.ToText()} ended at {Format(last.FinishTime)} ({last.EndReason})."
            : all.Count > 0 ? $"Call {Encoding.UTF8.GetString(CallId)} has other dialogs: {string.Join(", ", all.Take(ListedIds).Select(d => d.Id.ToText()))}."
            : store.Knows(CallId) ? $"Messages of call {Encoding.UTF8.GetString(CallId)} are known, but no INVITE yet."
            : $"No call {Encoding.UTF8.GetString(CallId)} is known: none was seen, or it is over and forgotten.");
    }

    private static string Format(SipTime? time) => time is { } known
        ? DateTimeOffset.UnixEpoch.AddMicroseconds(known.Micros).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)
        : "a time that is not known";
}
