using Dlgs.Streams.Hep;

namespace Dlgs.Streams.Recordings;

/// <summary>How often something happened to a recording, by reason, and at which byte first: where the frame begins, in the decompressed recording.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public readonly record struct Entry(int Count, long FirstPosition);

    public Entry this[string reason] => entries.GetValueOrDefault(reason);

    public int Count => entries.Values.Sum(entry => entry.Count);

    public void Add(string reason, long position)
    {
        var before = entries.GetValueOrDefault(reason, new Entry(0, position));
        entries[reason] = before with { Count = before.Count + 1 };
    }

    public IEnumerable<string> InWords(string name, string done) =>
        entries.Select(entry => $"{name}: {entry.Value.Count} {done}: {Meaning(entry.Key)}, first at byte {entry.Value.FirstPosition}");

    /// <summary>Where a name alone does not say what to do.</summary>
    private static string Meaning(string reason) => reason switch
    {
        nameof(HepFailure.HepVersion1) => $"{reason} (it has no times: set the sender to version 3)",
        nameof(HepFailure.PacketCapture) => $"{reason} (pcap is no HEP: a capture agent that reads it, such as heplify, sends HEP)",
        nameof(FrameTime.NoTime) => $"{reason} (the time of the frames around was taken)",
        nameof(FrameTime.TimeAhead) => $"{reason} (by over an hour, which no frame that follows bears out: the time of the frames around was taken)",
        "Latin1" => $"{reason} (not UTF-8, read as Latin-1)",
        _ => reason,
    };
}
