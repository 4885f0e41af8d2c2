using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Kafka;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>What an instance says of itself, against what is known of the calls that it was given.</summary>
public sealed class ScrapeTests
{
    /// <summary>14 calls with a BYE, 9 that were busy, 12 that were cancelled, and 6 that never end; of one of those no ACK was seen.</summary>
    private static readonly string[] Recordings = ["basic", "busy_486", "cancel_487", "no_bye"];

    [Fact]
    public async Task Metrics_are_what_is_known_of_the_recorded_calls()
    {
        await using var service = await StartAsync();
        var events = Recordings.SelectMany(EventsOf).ToArray();
        service.Publish(events);
        service.PublishBytes("poison"u8.ToArray(), [0xff]);
        var text = await Scrape.WhenAsync(service, now => Records(now) == events.Length + 1, "all that was published");
        Assert.Equal([("init", 0), ("progress", 0), ("answered", 1), ("confirmed", 5)], By(text, "dlgs_calls_up", "state"));
        Assert.Equal(41, text.Find("dlgs_calls_held"));
        Assert.Equal(41, text.Find("dlgs_changes_total", ("kind", "init")));
        Assert.Equal(20, text.Find("dlgs_changes_total", ("kind", "answered")));
        Assert.Equal(19, text.Find("dlgs_changes_total", ("kind", "confirmed")));
        Assert.Equal(14, text.Find("dlgs_changes_total", ("kind", "terminated")));
        Assert.Equal(21, text.Find("dlgs_changes_total", ("kind", "notanswered")));
        Assert.Equal(1, text.Find("dlgs_events_total", ("effect", "unusable")));
        Assert.Equal([("malformed", 1)], By(text, "dlgs_dead_letters_total", "cause").Where(cause => cause.Value > 0));
        Assert.Equal(service.Registry.Views.Sum(view => view.Store!.RecordBytes), text.Find("dlgs_call_records_bytes"));
        Assert.Equal(0, text.Find("dlgs_calls_held_overflow"));
        Assert.Equal(service.Registry.PartitionCount, text.Find("dlgs_partition_phase", ("phase", "active")));
        Assert.Equal(0, text.Find("dlgs_transactions_total", ("outcome", "aborted")));
        Assert.Equal(text.Find("dlgs_commit_duration_seconds_count"), text.Find("dlgs_transactions_total", ("outcome", "committed")));
    }

    [Fact]
    public async Task Queries_are_counted_by_what_became_of_them()
    {
        await using var service = await StartAsync();
        using var channel = GrpcChannel.ForAddress(service.Addresses.First());
        var queries = new DialogQuery.DialogQueryClient(channel);
        for (var i = 0; i < 3; i++) await queries.CountAsync(new CountRequest(), cancellationToken: TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RpcException>(async () => await queries.GetAsync(new GetRequest(), cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<RpcException>(async () =>
            await queries.AddTagAsync(new TagRequest { CallId = "none", Tag = "t" }, cancellationToken: TestContext.Current.CancellationToken));
        using var http = new HttpClient { BaseAddress = new Uri(service.Addresses.ElementAt(1)) };
        foreach (var path in new[] { "/v1/stats", "/v1/count?field=none", "/v1/watch?position=none", "/v1/none" })
            (await http.GetAsync(path, TestContext.Current.CancellationToken)).Dispose();
        using var body = new StringContent("{", System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync("/v1/count", body, TestContext.Current.CancellationToken)).Dispose();
        const string Calls = """
            [{"jsonrpc": "2.0", "method": "dlgs.count", "params": ["src", "eq", "a"], "id": 1}, {"jsonrpc": "2.0", "method": "dlgs.count", "id": 2},
             {"jsonrpc": "2.0", "method": "dlgs.briefing", "id": 3}, {"jsonrpc": "2.0", "method": "dlgs.none", "id": 4}]
            """;
        using var batch = new StringContent(Calls, System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync("/RPC", batch, TestContext.Current.CancellationToken)).Dispose();
        var text = await Scrape.OfAsync(service);
        Assert.Equal(
            [
                ("Count", "grpc", "ok", 3), ("Get", "grpc", "argument", 1), ("AddTag", "grpc", "not-found", 1),
                ("Stats", "http", "ok", 1), ("Count", "http", "argument", 2),
                ("Count", "json-rpc", "ok", 1), ("Count", "json-rpc", "argument", 1), ("List", "json-rpc", "ok", 1),
            ],
            text.Families["dlgs_query_duration_seconds"].Samples.Where(sample => sample.Name.EndsWith("_count", StringComparison.Ordinal))
                .Select(sample => (sample.Labels["rpc"], sample.Labels["surface"], sample.Labels["outcome"], sample.Value)));
        Assert.Equal(1, text.Find("dlgs_watches_ended_total", ("surface", "http"), ("outcome", "argument")));
        Assert.Equal(1_000, text.Find("dlgs_query_places", ("of", "queries")));
        Assert.Equal(0, text.Find("dlgs_query_places_taken"));
    }

    [Fact]
    public async Task Two_services_in_one_process_say_each_its_own()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        one.Publish(Kafka.Sip.Invite("call@test"));
        var text = await Scrape.WhenAsync(one, now => now.Find("dlgs_changes_total") == 1, "the call");
        Assert.Equal(1, text.Find("dlgs_calls_up"));
        Assert.Equal((0, 0), ((await Scrape.OfAsync(other)).Find("dlgs_changes_total"), (await Scrape.OfAsync(other)).Find("dlgs_calls_up")));
    }

    [Fact]
    public async Task Names_from_outside_make_no_more_than_a_hundred_series_each_of_plain_letters()
    {
        await using var service = await StartAsync();
        var forged = Enumerable.Range(0, 500).Select(i => new SipEvent(Kafka.Sip.Invite($"call-{i}")) 
        {
            TimeUnixUs = 1,
            Proxy = $"\"{i}}}\n\\é {new string('x', 90)}",
        });
        service.Publish([.. forged]);
        var text = await Scrape.WhenAsync(service, now => now.Find("dlgs_sip_time_replacements_total") == 500, "the forged events");
        var names = text.Families["dlgs_sip_time_replacements_total"].Samples.Select(sample => sample.Labels["proxy"]).Distinct().ToArray();
        Assert.Equal(101, names.Length);
        Assert.All(names, name => Assert.Matches("^[!-~]{1,64}$", name));
        Assert.Equal(400, text.Find("dlgs_sip_time_replacements_total", ("proxy", "other")));
    }

    /// <summary>What is shown is kept; nothing is walked over.</summary>
    [Fact]
    public async Task Scrape_costs_the_same_whatever_is_held()
    {
        await using var service = await StartAsync();
        var (linesBefore, bytesBefore) = ((await Scrape.TextOfAsync(service)).Split('\n').Length, MeterReading.CostOf(service.Services, scrapes: 1_000));
        service.Publish([.. Enumerable.Range(0, 2_000).Select(i => Kafka.Sip.Invite($"call-{i}"))]);
        await Scrape.WhenAsync(service, now => now.Find("dlgs_calls_up") == 2_000, "the calls");
        Assert.InRange(bytesBefore, 1, 100_000);
        Assert.InRange(MeterReading.CostOf(service.Services, scrapes: 1_000), bytesBefore * 0.9, bytesBefore * 1.1);
        // What comes with the first calls: log times, the proxy, the time of commits.
        Assert.InRange((await Scrape.TextOfAsync(service)).Split('\n').Length, linesBefore, linesBefore + 40);
    }

    [Fact]
    public async Task What_is_scraped_is_what_the_README_has()
    {
        await using var service = await StartAsync();
        service.Publish(new SipEvent(Kafka.Sip.Invite("call@test")) { TimeUnixUs = 1_700_000_000_000_000 });
        var text = await Scrape.WhenAsync(service, now => now.Find("dlgs_changes_total") == 1, "the call");
        var table = MetricTable.Of(service.Services).ToDictionary(row => row.Name);
        foreach (var family in text.Families.Values.Where(family => family.Name.StartsWith("dlgs_", StringComparison.Ordinal)))
        {
            var row = table[family.Name];
            Assert.Equal((row.Meaning, row.Type), (family.Help, family.Type));
            Assert.All(family.Samples, sample => Assert.Equal(row.Labels.Order(), sample.Labels.Keys.Where(label => label != "le")));
            table.Remove(family.Name);
        }
        // It is alone, no partition is being restored, nobody has asked, nobody watches the embedded broker, it is on loopback, and no HEP came in.
        Assert.Equal(
            [
                "fan_out_duration_seconds", "hep_latin1_messages_total", "hep_messages_total", "hep_times_replaced_total", "input_lag",
                "query_duration_seconds", "restore_records", "restore_records_left", "tls_certificate_expiry_timestamp_seconds",
            ],
            table.Keys.Select(name => name["dlgs_".Length..]).Order());
    }

    private static Task<EmbeddedCluster> StartAsync() => EmbeddedCluster.StartAsync(("http", "http://127.0.0.1:0"));

    private static double? Records(PrometheusText text) => text.Find("dlgs_events_total") - text.Find("dlgs_events_total", ("effect", "tick"));

    private static IEnumerable<(string Label, double Value)> By(PrometheusText text, string metric, string label) =>
        text.Families[metric].Samples.Select(sample => (sample.Labels[label], sample.Value));

    /// <summary>The recorded events, as of an hour ago.</summary>
    private static List<SipEvent> EventsOf(string name)
    {
        using var recording = new Recording(File.OpenRead(Judge.FileOf(name)), new FieldLimits());
        var events = new List<SipEvent>();
        while (recording.TryRead(out var frame))
            while (recording.TryTake(ref frame, out var message)) events.Add(SipEvents.ToEvent(message, frame.Message, frame.Proxy));
        var shift = (TimeProvider.System.GetUtcNow().AddHours(-1) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond - events[0].TimeUnixUs;
        foreach (var sipEvent in events) sipEvent.TimeUnixUs += shift;
        return events;
    }
}
