using System.Text.Json;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>Sums as dlgs.stats has them.</summary>
internal static class StateTotals
{
    public static void Write(Utf8JsonWriter json, StatsResponse stats)
    {
        json.WriteStartObject();
        Write(json, "final", stats.Final);
        Write(json, "active", stats.Active);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string group, StateCounts counts)
    {
        json.WriteStartObject(group);
        json.WriteNumber("init"u8, counts.Init);
        json.WriteNumber("progress"u8, counts.Progress);
        json.WriteNumber("answered"u8, counts.Answered);
        json.WriteNumber("confirmed"u8, counts.Confirmed);
        json.WriteNumber("terminated"u8, counts.Terminated);
        json.WriteNumber("notanswered"u8, counts.NotAnswered);
        json.WriteEndObject();
    }
}
