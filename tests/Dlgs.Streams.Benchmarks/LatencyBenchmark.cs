using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Partitions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// (I4) From a frame that is sent by UDP to its change that is committed, at a rate, over a real broker: sender, gateway, lanes, reader and, as a rule, the
/// broker share the machine. A call is five frames, four of which change it.
/// </summary>
internal static class LatencyBenchmark
{
    private const int FramesPerCall = 5;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string servers, int perSecond)
    {
        var prefix = $"ingest-{Guid.NewGuid():n}.";
        await using var app = ServiceHost.Build(configuration => configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["bootstrap_servers"] = servers, ["topic_prefix"] = prefix, ["hep_udp"] = "127.0.0.1:39060", ["log_level"] = "warning",
            ["grpc"] = "http://127.0.0.1:0", ["http"] = "http://127.0.0.1:0",
        }));
        await app.StartAsync();
        var registry = app.Services.GetRequiredService<PartitionRegistry>();
        while (registry.Views.Count(view => view.Phase == Partitions.PartitionPhase.Active) < 24) await Task.Delay(100);
        using var enough = new CancellationTokenSource();
        var latencies = Task.Factory.StartNew(() => Read(servers, prefix + "dialog-changes", enough.Token), TaskCreationOptions.LongRunning);
        await Task.Delay(2000);
        Send(new IPEndPoint(IPAddress.Loopback, 39060), perSecond);
        await Task.Delay(3000);
        await enough.CancelAsync();
        var (sorted, calls) = ((await latencies).Order().ToArray(), (int)(perSecond * Duration.TotalSeconds / FramesPerCall));
        Console.WriteLine($"(I4) {perSecond} frames/s by UDP for {Duration.TotalSeconds:0} s, {calls} calls: {sorted.Length} first changes were read");
        if (sorted.Length > 0)
            Console.WriteLine($"  frame in to committed change out: p50 {sorted[sorted.Length / 2]:0} ms, p99 {sorted[sorted.Length * 99 / 100]:0} ms");
        await app.StopAsync();
    }

    private static List<double> Read(string servers, string topic, CancellationToken enough)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers, GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest, IsolationLevel = IsolationLevel.ReadCommitted,
            FetchWaitMaxMs = 10, EnableAutoCommit = false,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Subscribe(topic);
        var latencies = new List<double>();
        while (!enough.IsCancellationRequested)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is not { Message.Value: { } value }) continue;
            var change = DialogChange.Parser.ParseFrom(value);
            if (change.Sequence == 1) latencies.Add(Stopwatch.GetElapsedTime(SentAt(change.CallId)).TotalMilliseconds);
        }
        consumer.Close();
        return latencies;
    }

    private static void Send(IPEndPoint to, int perSecond)
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(to);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < perSecond * Duration.TotalSeconds / FramesPerCall; i++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond < i * FramesPerCall) Thread.SpinWait(100);
            foreach (var frame in Call(i)) socket.Send(frame);
        }
    }

    private static long SentAt(string callId) => long.Parse(callId.AsSpan(0, callId.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    /// <summary>An INVITE as it comes and as it goes, 180, 200, ACK. The Call-ID says when.</summary>
    private static IEnumerable<byte[]> Call(int i)
    {
        var callId = $"{Stopwatch.GetTimestamp()}-{i}@load.example";
        string upper = $"Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bKa{i}\r\n", own = $"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb{i}\r\n{upper}";
        yield return Message("INVITE sip:b@example.com SIP/2.0", upper, "INVITE", "");
        yield return Message("INVITE sip:b@192.0.2.7 SIP/2.0", own, "INVITE", "");
        yield return Message("SIP/2.0 180 Ringing", own, "INVITE", ";tag=t");
        yield return Message("SIP/2.0 200 OK", own, "INVITE", ";tag=t");
        yield return Message("ACK sip:b@192.0.2.7 SIP/2.0", $"Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bKc{i}\r\n", "ACK", ";tag=t");

        byte[] Message(string start, string vias, string method, string tag) => IngestBenchmark.FrameOf(Encoding.UTF8.GetBytes(
            $"{start}\r\n{vias}From: <sip:customer{i % 300_000:d6}@ex.net>;tag=f{i}\r\nTo: <sip:b@example.com>{tag}\r\n"
            + $"Call-ID: {callId}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"));
    }
}
