using System.IO.Compression;
using System.Text.Json;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Shared;

/// <summary>The recordings of tests/recordings, and whether dialogs are what the truth beside them says.</summary>
internal static class Judge
{
    private const double ToleranceMs = 10;

    public static string Root { get; } = Find();

    /// <summary>Names of the recordings in a folder: "", "sequences" or "reports".</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.hep.gz")
            .Select(f => Path.Combine(folder, Path.GetFileName(f)[..^".hep.gz".Length]))
            .Order(StringComparer.Ordinal);

    public static string FileOf(string name) => Path.Combine(Root, name + ".hep.gz");

    /// <summary>What is wrong, a line a fault: a dialog's last known form, several for one dialog: the last counts.</summary>
    public static List<string> Faults(string name, IEnumerable<Dialog> dialogs, out int calls) =>
        Faults(name, dialogs.ToLookup(d => d.CallId), out calls);

    /// <summary>The same, for several recordings: the dialogs by Call-ID are made once.</summary>
    public static List<string> Faults(string name, ILookup<string, Dialog> dialogs, out int calls)
    {
        var faults = new List<string>();
        calls = 0;
        foreach (var truth in Truth(name))
        {
            calls++;
            var callId = truth.GetProperty("call_id").GetString()!;
            var found = dialogs[callId].GroupBy(d => (d.FromTag, d.SinceCseq)).ToDictionary(g => g.Key, g => g.Last());
            var before = faults.Count;
            if (truth.TryGetProperty("expect", out var expect)) CheckSequence(callId, found, expect, faults);
            else CheckCall(callId, found, truth, faults);
            // One call, one fault: what is counted is calls.
            if (faults.Count > before + 1) faults.RemoveRange(before + 1, faults.Count - before - 1);
        }
        return faults;
    }

    private static void CheckSequence(string callId, Dictionary<(string, uint), Dialog> found, JsonElement expect, List<string> faults)
    {
        var wanted = expect.EnumerateArray().ToDictionary(w => (w.GetProperty("from_tag").GetString()!, w.GetProperty("since_cseq").GetUInt32()));
        foreach (var key in wanted.Keys.Union(found.Keys))
        {
            if (!found.TryGetValue(key, out var d)) faults.Add($"{callId}: dialog {key} is missing");
            else if (!wanted.TryGetValue(key, out var w)) faults.Add($"{callId}: dialog {key} is one too many");
            else
            {
                Equal(callId, "state", Plain(w, "state"), Plain(d.State), faults);
                Equal(callId, "end reason", Plain(w, "end_reason"), Plain(d.EndReason), faults);
                Equal(callId, "ended by", Plain(w, "ended_by"), Plain(d.EndedBy), faults);
                Equal(callId, "status", w.TryGetProperty("sip_status", out var status) ? status.GetUInt32() : 0, d.SipStatus, faults);
                if (w.TryGetProperty("to_tag", out var toTag)) Equal(callId, "To-tag", toTag.GetString(), d.ToTag, faults);
                Near(callId, "init", Seconds(w, "init_time"), d.InitTime?.ToDateTimeOffset(), exact: false, faults);
                Near(callId, "answer", Seconds(w, "answer_time"), d.AnswerTime?.ToDateTimeOffset(), exact: true, faults);
                Near(callId, "finish", Seconds(w, "finish_time"), d.FinishTime?.ToDateTimeOffset(), exact: true, faults);
            }
        }
    }

    private static void CheckCall(string callId, Dictionary<(string, uint), Dialog> found, JsonElement truth, List<string> faults)
    {
        if (found.Count != 1)
        {
            faults.Add($"{callId}: {found.Count} dialogs");
            return;
        }
        var d = found.Values.Single();
        var (outcome, end) = (truth.GetProperty("outcome").GetString(), Seconds(truth, "end_time"));
        if (truth.GetProperty("from_tag").GetString() is { Length: > 0 } fromTag) Equal(callId, "From-tag", fromTag, d.FromTag, faults);
        var up = d.State is DialogState.Answered or DialogState.Confirmed || d.State == DialogState.Terminated && d.EndReason == EndReason.Expired;
        if (outcome == "answered" && end is null)
        {
            if (!up) faults.Add($"{callId}: {d.State}, but the call is up");
        }
        else if (outcome == "answered")
        {
            Equal(callId, "state", DialogState.Terminated, d.State, faults);
            Equal(callId, "end reason", EndReason.Bye, d.EndReason, faults);
            Equal(callId, "ended by", Plain(truth, "ended_by"), Plain(d.EndedBy), faults);
        }
        else if (!truth.TryGetProperty("final_code", out var code) || code.ValueKind == JsonValueKind.Null)
        {
            if (d.State is DialogState.Answered or DialogState.Confirmed or DialogState.Terminated) faults.Add($"{callId}: {d.State}, but nobody answered");
        }
        else
        {
            Equal(callId, "state", DialogState.NotAnswered, d.State, faults);
            Equal(callId, "end reason", outcome == "cancelled" ? EndReason.Cancelled : EndReason.Rejected, d.EndReason, faults);
            Equal(callId, "status", code.GetUInt32(), d.SipStatus, faults);
        }
        if (outcome == "answered") CheckTimes(callId, d, truth, end, faults);
    }

    /// <summary>Of a call answered twice, from the first answer to the last end.</summary>
    private static void CheckTimes(string callId, Dialog d, JsonElement truth, double? end, List<string> faults)
    {
        var legs = truth.TryGetProperty("dialogs", out var several) ? several.EnumerateArray().ToArray() : [];
        var answer = legs.Select(leg => Seconds(leg, "answer_time")).Append(Seconds(truth, "callee_answer_time") ?? Seconds(truth, "answer_time")).Min();
        Near(callId, "answer", answer, d.AnswerTime?.ToDateTimeOffset(), exact: false, faults);
        if (end is not null && d.State == DialogState.Terminated)
            Near(callId, "finish", legs.Select(leg => Seconds(leg, "end_time")).Append(end).Max(), d.FinishTime?.ToDateTimeOffset(), exact: false, faults);
    }

    public static IEnumerable<JsonElement> Truth(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Root, name + ".truth.jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return JsonDocument.Parse(line).RootElement;
    }

    private static void Equal<T>(string callId, string what, T wanted, T got, List<string> faults)
    {
        if (!EqualityComparer<T>.Default.Equals(wanted, got)) faults.Add($"{callId}: {what} {got}, not {wanted}");
    }

    private static void Near(string callId, string what, double? wanted, DateTimeOffset? got, bool exact, List<string> faults)
    {
        if (wanted is null && !exact) return;
        if (wanted is null != got is null) faults.Add($"{callId}: {what} time {got:O}, not {wanted}");
        else if (wanted is { } w && Math.Abs((got!.Value - DateTimeOffset.UnixEpoch).TotalSeconds - w) * 1000 > ToleranceMs)
            faults.Add($"{callId}: {what} time {got:O}, not {DateTimeOffset.UnixEpoch.AddSeconds(w):O}");
    }

    private static string Plain(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant()
            : "";

    private static string Plain(Enum value) => value.ToString() is "Unspecified" ? "" : value.ToString().ToUpperInvariant();

    private static double? Seconds(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "tests", "recordings"))) return Path.Combine(folder.FullName, "tests", "recordings");
        throw new DirectoryNotFoundException("tests/recordings is above none of the folders of the test program.");
    }
}
