namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What makes each alert fire, in promtool's notation: 0+5x20 begins at 0 and grows by 5 each minute, for 20.</summary>
internal static class AlertScenarios
{
    /// <summary>Two instances that share four partitions, and do what they should, for an hour.</summary>
    public static IEnumerable<(string Series, string Values)> Healthy => Instances.SelectMany((instance, i) => Of(instance, 2 * i))
        .Select(each => (Name(each.Series), each.Values));

    /// <summary>Calls fill an empty instance for six minutes, up to 65 %, and no further.</summary>
    public static (string Series, string Values) ColdStart => Split("memory_used_bytes{dlgs-1} 130+60x6 490x60");

    private static readonly string[] Instances = ["dlgs-0", "dlgs-1"];

    /// <summary>An alert, and the series that differ from the healthy ones. It fires alone, or with those that are named after it.</summary>
    public static IEnumerable<(string Alerts, (string Series, string Values)[] Differ)> All =>
        from scenario in new (string Alerts, string[] Differ)[]
        {
            ("DlgsGone", ["*"]),
            ("DlgsGone", ["*", "build_info{dlgs-gateway} 1x60", "hep_kernel_drops_total{dlgs-gateway} 0x60"]),
            ("DlgsNotStarted", ["*", "partitions{dlgs-0} 0x60", "partitions_held{dlgs-0,phase=active} 0x60", "in_touch{dlgs-0} 1x60"]),
            ("DlgsFewer",
            [
                "partitions{dlgs-1} 4x20 _x40", "in_touch{dlgs-1} 1x20 _x40", "partitions_held{dlgs-1,phase=active} 2x20 _x40",
                "partitions_held{dlgs-0,phase=active} 2x20 4x40",
            ]),
            ("DlgsNoOwner", ["partitions_held{dlgs-1,phase=active} 2x20 1x40", "partition_phase{dlgs-1,partition=3,phase=active} 1x20 _x40"]),
            // Lost touch is lost: what such an instance holds is not held.
            ("DlgsOutOfTouch DlgsNoOwner", ["in_touch{dlgs-1} 1x20 0x40"]),
            ("DlgsTwoOwners", ["partition_phase{dlgs-0,partition=3,phase=active} 1x60"]),
            ("DlgsClosed", ["partition_phase{dlgs-1,partition=3,phase=closed} _x20 1x40"]),
            ("DlgsPeerDown", ["peers{dlgs-1,state=down} 0x20 1x40"]),
            ("DlgsRestoreStuck", ["restore_records_left{dlgs-1,partition=3} 900-10x20 700x40"]),
            ("DlgsLag", ["input_lag{dlgs-1,partition=2} 0x20 20000x40"]),
            ("DlgsBehind", ["log_timestamp_seconds{dlgs-1,partition=3} 0+60x20 1200x40", "input_lag{dlgs-1,partition=3} 5x60"]),
            ("DlgsStalled", ["stalled_partitions{dlgs-1} 0x20 1x40"]),
            ("DlgsPoison", ["dead_letters_total{dlgs-1,cause=failed} 0x58 1x2"]),
            ("DlgsPoison", ["dead_letters_total{dlgs-1,cause=wrong-partition} 0x58 1x2"]),
            ("DlgsDeadLetters", ["dead_letters_total{dlgs-1,cause=malformed} 0x58 1x2"]),
            ("DlgsFullCalls", ["events_total{dlgs-1,effect=full} 0x58 3x2", "dead_letters_total{dlgs-1,cause=call-full} 0x58 3x2"]),
            ("DlgsOverflow", ["calls_held_overflow{dlgs-1} 0x20 1x40"]),
            ("DlgsClockAhead", ["proxy_smallest_lag_seconds{dlgs-1,proxy=edge} 0.1x20 -3x40"]),
            ("DlgsTimesReplaced", ["sip_time_replacements_total{dlgs-1,proxy=edge,reason=ahead} 0x20 0+5x40"]),
            ("DlgsLostByes", ["calls_settled_total{dlgs-1,state=terminated,reason=expired} 0+300x60"]),
            ("DlgsFlood", ["changes_total{dlgs-1,kind=init} 0+60000x60"]),
            ("DlgsTicksFail", ["tick_failures_total{dlgs-1} 0x20 0+1x40"]),
            ("DlgsHepLost", ["hep_events_total{dlgs-1,outcome=failed} 0x58 1x2"]),
            ("DlgsHepLost", ["hep_messages_total{dlgs-1,agent=edge,outcome=dropped} 0x20 0+5x40"]),
            ("DlgsHepLost", ["hep_kernel_drops_total{dlgs-1} 0x58 1x2"]),
            ("DlgsHepUnread", ["hep_frames_total{dlgs-1,agent=edge,outcome=wrong-key} 0x20 0+5x40"]),
            ("DlgsAborts", ["transactions_total{dlgs-1,outcome=aborted} 0x20 0+60x40"]),
            ("DlgsUndecided", ["transactions_total{dlgs-1,outcome=undecided} 0x58 1x2"]),
            ("DlgsUndecided", ["transactions_total{dlgs-1,outcome=refused} 0x58 1x2"]),
            ("DlgsSlowCommits", ["commit_duration_seconds_bucket{dlgs-1,le=0.5} 0x60"]),
            ("DlgsMemoryShort DlgsMemory", ["memory_short{dlgs-1} 0x20 1x40", "memory_used_bytes{dlgs-1} 500x20 800x40"]),
            ("DlgsMemory", ["memory_used_bytes{dlgs-1} 500x20 700x40"]),
            // It grows, and will be too much within half an hour.
            ("DlgsMemory", ["memory_used_bytes{dlgs-1} 350x20 350+8x40"]),
            ("DlgsCertificateExpires", ["tls_certificate_expiry_timestamp_seconds{dlgs-1,listener=grpc} 1000000x60"]),
            ("DlgsCertificateExpires DlgsCertificateExpired", ["tls_certificate_expiry_timestamp_seconds{dlgs-1,listener=grpc} 10000x60"]),
            ("DlgsQueriesRefused", ["query_duration_seconds_count{dlgs-1,rpc=Count,surface=grpc,outcome=unavailable} 0x20 0+120x40"]),
            ("DlgsPlacesTaken", ["query_places_taken{dlgs-1,of=queries} 3x20 900x40"]),
            ("DlgsWatchesCutOff", ["watches_ended_total{dlgs-1,surface=grpc,outcome=exhausted} 0x58 1x2"]),
            ("DlgsCallersRefused", ["callers_refused_total{dlgs-1,listener=grpc,why=role} 0x20 0+120x40"]),
            ("DlgsConnectionsClosed", ["connections_closed_total{dlgs-1,listener=grpc} 0x20 0+1x40"]),
        }
        select (scenario.Alerts, scenario.Differ.Select(Split).ToArray());

    private static IEnumerable<(string Series, string Values)> Of(string me, int first) => new[]
    {
        "build_info{ME} 1x60", "partitions{ME} 4x60", "in_touch{ME} 1x60",
        "partitions_held{ME,phase=active} 2x60", "partitions_held{ME,phase=closed} 0x60",
        "partition_phase{ME,partition=P,phase=active} 1x60", "partition_phase{ME,partition=Q,phase=active} 1x60",
        "peers{ME,state=up} 1x60", "peers{ME,state=down} 0x60", "stalled_partitions{ME} 0x60",
        // A restore that goes on, and nights in which nothing comes.
        "restore_records_left{ME,partition=P} 9000-100x60", "input_lag{ME,partition=P} 200x60", "input_lag{ME,partition=Q} 0x60",
        "log_timestamp_seconds{ME,partition=P} 0+60x60", "log_timestamp_seconds{ME,partition=Q} 60x60",
        "dead_letters_total{ME,cause=failed} 0x60", "dead_letters_total{ME,cause=wrong-partition} 0x60", "dead_letters_total{ME,cause=malformed} 7x60",
        "dead_letters_total{ME,cause=call-full} 0x60", "events_total{ME,effect=merged} 0+60000x60", "events_total{ME,effect=full} 0x60",
        "calls_held_overflow{ME} 0x60", "proxy_smallest_lag_seconds{ME,proxy=edge} 0.1x60", "sip_time_replacements_total{ME,proxy=edge,reason=ahead} 9x60",
        "calls_settled_total{ME,state=terminated,reason=bye} 0+6000x60", "calls_settled_total{ME,state=terminated,reason=expired} 0+6x60",
        "changes_total{ME,kind=init} 0+9000x60", "changes_total{ME,kind=answered} 0+6000x60", "tick_failures_total{ME} 0x60",
        "hep_frames_total{ME,agent=edge,outcome=read} 0+60000x60", "hep_frames_total{ME,agent=edge,outcome=other-protocol} 0+600x60",
        "hep_messages_total{ME,agent=edge,outcome=queued} 0+60000x60", "hep_events_total{ME,outcome=failed} 0x60", "hep_kernel_drops_total{ME} 0x60",
        "transactions_total{ME,outcome=committed} 0+600x60", "transactions_total{ME,outcome=aborted} 0x20 3x40",
        "transactions_total{ME,outcome=undecided} 1x60", "transactions_total{ME,outcome=refused} 0x60",
        "commit_duration_seconds_bucket{ME,le=0.05} 0+590x60", "commit_duration_seconds_bucket{ME,le=0.5} 0+600x60",
        "commit_duration_seconds_bucket{ME,le=1} 0+600x60", "commit_duration_seconds_bucket{ME,le=+Inf} 0+600x60",
        "memory_short{ME} 0x60", "memory_used_bytes{ME} 500x60", "memory_limit_bytes{ME} 750x60",
        "tls_certificate_expiry_timestamp_seconds{ME,listener=grpc} 5184000x60",
        "query_duration_seconds_count{ME,rpc=Count,surface=grpc,outcome=ok} 0+60000x60",
        "query_duration_seconds_count{ME,rpc=Count,surface=grpc,outcome=unavailable} 0x60",
        "query_places{ME,of=queries} 1000x60", "query_places_taken{ME,of=queries} 3x60", "watches_ended_total{ME,surface=grpc,outcome=exhausted} 0x60",
        "watches_ended_total{ME,surface=grpc,outcome=caller-gone} 0+1x60", "callers_refused_total{ME,listener=grpc,why=role} 0+2x60",
        "connections_closed_total{ME,listener=grpc} 0x60",
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
