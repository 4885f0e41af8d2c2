using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>What three have written of the same calls: sipp, Kamailio and this service.</summary>
/// <param name="Placed">The calls, by kind and Kamailio.</param>
/// <param name="Kamailio">Each Kamailio's records, by Call-ID.</param>
/// <param name="Settled">The records of the topic calls, as they came.</param>
/// <param name="Changes">Those of the topic dialog-changes.</param>
/// <param name="Events">What the gateway made of their messages.</param>
internal sealed record MirroredCalls(
    List<PlacedCalls> Placed, Dictionary<Mirror, Dictionary<string, KamailioCall>> Kamailio,
    List<DialogChange> Settled, List<DialogChange> Changes, List<SipEvent> Events);

/// <summary>
/// One service with the gateway, five Kamailios that mirror to it, and hundreds of calls at once. All of it runs once, when a test first asks for it.
/// </summary>
public sealed class MirroredSite(KafkaCluster kafka) : IAsyncDisposable
{
    private const int Partitions = 4;
    private const int CallsEach = 10;

    /// <summary>Of a call whose BYE was lost, here and in Kamailio's dialog module.</summary>
    private const int LifetimeSeconds = 20;

    private const string Key = "swordfish";

    private readonly string keyFile = Path.GetTempFileName();
    private readonly string prefix = $"m{Guid.NewGuid():N}.";
    private readonly int hepPort = LoopbackPort.Free();
    private readonly Stack<IDisposable> running = new();
    private Task<MirroredCalls>? calls;

    /// <summary>Or the test is skipped.</summary>
    internal Task<MirroredCalls> RequireCallsAsync()
    {
        KamailioProcess.Require();
        return calls ??= PlaceAsync(kafka.Require());
    }

    public ValueTask DisposeAsync()
    {
        while (running.TryPop(out var process)) process.Dispose();
        File.Delete(keyFile);
        return ValueTask.CompletedTask;
    }

    private async Task<MirroredCalls> PlaceAsync(string servers)
    {
        await File.WriteAllTextAsync(keyFile, Key);
        var service = Keep(DlgsProcess.Serve(servers, prefix, more: ["--partitions", $"{Partitions}", "--active-lifetime", $"{LifetimeSeconds}",
            "--finish-lifetime", "1", "--hep-udp", $"127.0.0.1:{hepPort}", "--hep-tcp", $"127.0.0.1:{hepPort}",
            "--hep-names", string.Join(',', Mirror.All.Select(mirror => $"{mirror.CaptureId}={mirror.Name}")), "--hep-authenticate-key-file", keyFile]));
        var callees = Keep(new Callees());
        await service.WaitForActiveAsync(Partitions);
        var proxies = await Task.WhenAll(Mirror.All.Select(async mirror => (Mirror: mirror, Process: Keep(await StartAsync(mirror)))));
        var placed = (from proxy in proxies from kind in CallKind.All
            select Keep(new PlacedCalls(proxy.Mirror, kind, proxy.Process.Port, callees, CallsEach))).ToList();
        string[] failures = [.. (await Task.WhenAll(placed.Select(call => call.WaitAsync()))).OfType<string>()];
        Assert.True(failures.Length == 0, string.Join("\n\n", failures));
        var (topics, expected) = (new Topics(prefix), placed.Sum(call => call.Count));
        OutputTopics.ReadAll(servers, topics.Calls, records => records.Count >= expected);
        // What is over by now, and no more: the service has told all that it will.
        await service.StopAsync();
        return new MirroredCalls(placed, proxies.ToDictionary(proxy => proxy.Mirror, proxy => KamailioRecords.Read(proxy.Process.Lines)),
            Read(topics.Calls, DialogChange.Parser), Read(topics.DialogChanges, DialogChange.Parser), Read(topics.SipEvents, SipEvent.Parser));

        List<T> Read<T>(string topic, MessageParser<T> parser) where T : IMessage<T> =>
            [.. OutputTopics.ReadToEnd(servers, topic).Select(record => parser.ParseFrom(record.Message.Value))];
    }

    private Task<KamailioProcess> StartAsync(Mirror mirror)
    {
        var lines = KamailioLines.Change(new KamailioLines(hepPort, HttpPort: 0).Mirror, ("2001", $"{mirror.CaptureId}"));
        if (mirror.IsUdp) lines = KamailioLines.Change(lines, (";transport=tcp", ""));
        lines += $"modparam(\"siptrace\", \"auth_key\", \"{Key}\")\n";
        (string, string)[] included = [("mirror.cfg", lines), .. mirror.Define == "TOPOS" ? ToposTables() : []];
        return KamailioProcess.StartAsync("mirrored.cfg", [("$LIFETIME", $"{LifetimeSeconds}")], included, mirror.Define is { } define ? ["-A", define] : []);
    }

    /// <summary>topos keeps what it hides in tables; Debian's for text files refuse the empty values that it writes.</summary>
    private static IEnumerable<(string, string)> ToposTables() => from table in new[] { "version", "topos_d", "topos_t" }
        let text = File.ReadAllText($"/usr/share/kamailio/dbtext/kamailio/{table}")
        select ($"topos/{table}", table == "version" ? text : text.Replace("(string)", "(string,null)", StringComparison.Ordinal));

    private T Keep<T>(T process) where T : IDisposable
    {
        lock (running) running.Push(process);
        return process;
    }
}
