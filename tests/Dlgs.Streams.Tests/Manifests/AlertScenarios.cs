namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What makes each alert fire, in promtool's notation: 0+5x60 begins at 0 and grows by 5 each minute, for 60.</summary>
internal static class AlertScenarios
{
    /// <summary>Two instances that share four partitions, and do what they should, for two hours.</summary>
    public static IEnumerable<(string Series, string Values)> Healthy => Instances.SelectMany((instance, i) => Of(instance, 2 * i))
        .Select(each => (Name(each.Series), each.Values));

    private static readonly string[] Instances = ["dlgs-0", "dlgs-1"];

    /// <summary>An alert, and the series that differ from the healthy ones. It fires alone, or with those that are named after it.</summary>
    public static IEnumerable<(string Alerts, (string Series, string Values)[] Differ)> All =>
        from scenario in new (string Alerts, string[] Differ)[]
        {
            ("DlgsGone", ["*"]),
            ("DlgsNoOwner", ["partitions_held{dlgs-1,phase=active} 2x60 1x60", "partition_phase{dlgs-1,partition=3,phase=active} 1x60 _x60"]),
            // Lost touch is lost: what such an instance holds is not held.
            ("DlgsOutOfTouch DlgsNoOwner", ["in_touch{dlgs-1} 1x60 0x60"]),
            ("DlgsTwoOwners", ["partition_phase{dlgs-0,partition=3,phase=active} 1x120"]),
            ("DlgsClosed", ["partition_phase{dlgs-1,partition=3,phase=closed} _x60 1x60"]),
            ("DlgsPeerDown", ["peers{dlgs-1,state=down} 0x60 1x60"]),
            ("DlgsRestoreStuck", ["restore_records_left{dlgs-1,partition=3} 900-10x20 700x100"]),
            ("DlgsLag", ["input_lag{dlgs-1,partition=2} 0x60 20000x60"]),
            ("DlgsBehind", ["log_timestamp_seconds{dlgs-1,partition=3} 0+60x60 3600x60", "input_lag{dlgs-1,partition=3} 5x120"]),
            ("DlgsStalled", ["stalled_partitions{dlgs-1} 0x60 1x60"]),
            ("DlgsPoison", ["dead_letters_total{dlgs-1,cause=failed} 0x118 1x2"]),
            ("DlgsPoison", ["dead_letters_total{dlgs-1,cause=wrong-partition} 0x118 1x2"]),
            ("DlgsDeadLetters", ["dead_letters_total{dlgs-1,cause=malformed} 0x118 1x2"]),
            ("DlgsFullCalls", ["events_total{dlgs-1,effect=full} 0x118 3x2", "dead_letters_total{dlgs-1,cause=call-full} 0x118 3x2"]),
            ("DlgsOverflow", ["calls_held_overflow{dlgs-1} 0x60 1x60"]),
            ("DlgsClockAhead", ["proxy_smallest_lag_seconds{dlgs-1,proxy=edge} 0.1x60 -3x60"]),
            ("DlgsTimesReplaced", ["sip_time_replacements_total{dlgs-1,proxy=edge,reason=ahead} 0x60 0+5x60"]),
            ("DlgsLostByes", ["calls_settled_total{dlgs-1,state=terminated,reason=expired} 0+300x120"]),
            ("DlgsFlood", ["changes_total{dlgs-1,kind=init} 0+60000x120"]),
            ("DlgsTicksFail", ["tick_failures_total{dlgs-1} 0x60 0+1x60"]),
            ("DlgsAborts", ["transactions_total{dlgs-1,outcome=aborted} 0x60 0+60x60"]),
            ("DlgsUndecided", ["transactions_total{dlgs-1,outcome=undecided} 0x118 1x2"]),
            ("DlgsUndecided", ["transactions_total{dlgs-1,outcome=refused} 0x118 1x2"]),
            ("DlgsSlowCommits", ["commit_duration_seconds_bucket{dlgs-1,le=0.5} 0x120"]),
            ("DlgsMemoryShort DlgsMemory", ["memory_short{dlgs-1} 0x60 1x60", "memory_used_bytes{dlgs-1} 500x60 800x60"]),
            ("DlgsMemory", ["memory_used_bytes{dlgs-1} 500x60 700x60"]),
            // It grows, and will be too much within half an hour.
            ("DlgsMemory", ["memory_used_bytes{dlgs-1} 100x60 100+9x60"]),
            ("DlgsCertificateExpires", ["tls_certificate_expiry_timestamp_seconds{dlgs-1,listener=grpc} 1000000x120"]),
            ("DlgsCertificateExpires DlgsCertificateExpired", ["tls_certificate_expiry_timestamp_seconds{dlgs-1,listener=grpc} 10000x120"]),
            ("DlgsQueriesRefused", ["query_duration_seconds_count{dlgs-1,rpc=Count,surface=grpc,outcome=unavailable} 0x60 0+120x60"]),
            ("DlgsPlacesTaken", ["query_places_taken{dlgs-1,of=queries} 3x60 900x60"]),
            ("DlgsWatchesCutOff", ["watches_ended_total{dlgs-1,surface=grpc,outcome=exhausted} 0x118 1x2"]),
            ("DlgsCallersRefused", ["callers_refused_total{dlgs-1,listener=grpc,why=role} 0x60 0+120x60"]),
            ("DlgsConnectionsClosed", ["connections_closed_total{dlgs-1,listener=grpc} 0x60 0+1x60"]),
        }
        select (scenario.Alerts, scenario.Differ.Select(Split).ToArray());

    private static IEnumerable<(string Series, string Values)> Of(string me, int first) => new[]
    {
        "build_info{ME} 1x120", "partitions{ME} 4x120", "in_touch{ME} 1x120",
        "partitions_held{ME,phase=active} 2x120", "partitions_held{ME,phase=closed} 0x120",
        "partition_phase{ME,partition=P,phase=active} 1x120", "partition_phase{ME,partition=Q,phase=active} 1x120",
        "peers{ME,state=up} 1x120", "peers{ME,state=down} 0x120", "stalled_partitions{ME} 0x120",
        // A restore that goes on, and nights in which nothing comes.
        "restore_records_left{ME,partition=P} 9000-100x89 _x30", "input_lag{ME,partition=P} 200x120", "input_lag{ME,partition=Q} 0x120",
        "log_timestamp_seconds{ME,partition=P} 0+60x120", "log_timestamp_seconds{ME,partition=Q} 60x120",
        "dead_letters_total{ME,cause=failed} 0x120", "dead_letters_total{ME,cause=wrong-partition} 0x120", "dead_letters_total{ME,cause=malformed} 7x120",
        "dead_letters_total{ME,cause=call-full} 0x120", "events_total{ME,effect=merged} 0+60000x120", "events_total{ME,effect=full} 0x120",
        "calls_held_overflow{ME} 0x120", "proxy_smallest_lag_seconds{ME,proxy=edge} 0.1x120", "sip_time_replacements_total{ME,proxy=edge,reason=ahead} 9x120",
        "calls_settled_total{ME,state=terminated,reason=bye} 0+6000x120", "calls_settled_total{ME,state=terminated,reason=expired} 0+6x120",
        "changes_total{ME,kind=init} 0+9000x120", "changes_total{ME,kind=answered} 0+6000x120", "tick_failures_total{ME} 0x120",
        "transactions_total{ME,outcome=committed} 0+600x120", "transactions_total{ME,outcome=aborted} 0x60 3x60",
        "transactions_total{ME,outcome=undecided} 1x120", "transactions_total{ME,outcome=refused} 0x120",
        "commit_duration_seconds_bucket{ME,le=0.05} 0+590x120", "commit_duration_seconds_bucket{ME,le=0.5} 0+600x120",
        "commit_duration_seconds_bucket{ME,le=1} 0+600x120", "commit_duration_seconds_bucket{ME,le=+Inf} 0+600x120",
        "memory_short{ME} 0x120", "memory_used_bytes{ME} 500x120", "memory_limit_bytes{ME} 750x120",
        "tls_certificate_expiry_timestamp_seconds{ME,listener=grpc} 5184000x120",
        "query_duration_seconds_count{ME,rpc=Count,surface=grpc,outcome=ok} 0+60000x120",
        "query_duration_seconds_count{ME,rpc=Count,surface=grpc,outcome=unavailable} 0x120",
        "query_places{ME,of=queries} 1000x120", "query_places_taken{ME,of=queries} 3x120", "watches_ended_total{ME,surface=grpc,outcome=exhausted} 0x120",
        "watches_ended_total{ME,surface=grpc,outcome=caller-gone} 0+1x120", "callers_refused_total{ME,listener=grpc,why=role} 0+2x120",
        "connections_closed_total{ME,listener=grpc} 0x120",
    }.Select(line => Split(line.Replace("ME", me).Replace("partition=P", $"partition={first}").Replace("partition=Q", $"partition={first + 1}")));

    private static (string Series, string Values) Split(string line) =>
        line == "*" ? ("*", "") : (Name(line[..line.IndexOf(' ')]), line[(line.IndexOf(' ') + 1)..]);

    /// <summary>peers{dlgs-1,state=up}, as Prometheus has it.</summary>
    private static string Name(string series)
    {
        if (series.StartsWith("dlgs_", StringComparison.Ordinal)) return series;
        var parts = series.TrimEnd('}').Split('{', ',');
        var labels = parts[2..].Select(part => part.Split('=')).Select(part => $"{part[0]}=\"{part[1]}\"");
        return $"dlgs_{parts[0]}{{{string.Join(',', labels.Prepend($"instance=\"{parts[1]}\"").Prepend("namespace=\"dlgs\""))}}}";
    }
}
