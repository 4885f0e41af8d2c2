using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>A number of a call that was forgotten is in no file of the brokers any more, once the times of README.md's table are over.</summary>
public sealed class RetentionTests
{
    private const string Number = "4915199988877";
    private const string CallId = "forgotten@test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    /// <summary>What takes days by default, in seconds; the brokers look as often.</summary>
    private static readonly string[] Hurried =
        ["log.cleaner.backoff.ms=300", "log.retention.check.interval.ms=500", "log.initial.task.delay.ms=100", "log.segment.delete.delay.ms=100"];

    [Fact]
    public async Task Number_is_gone_from_every_file_when_its_call_is_forgotten_and_the_times_are_over()
    {
        using var broker = await LocalBroker.RequireAsync(Hurried);
        var (servers, topics) = (broker.BootstrapServers, new Topics("forgets."));
        using var service = DlgsProcess.Serve(servers, topics.Prefix, "one", 1, "--partitions", "1",
            "--init-lifetime", "2", "--finish-lifetime", "1", "--late-lifetime", "1", "--log-level", "debug");
        await service.WaitForActiveAsync(1);
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        publisher.Publish(Call(CallId, Number), TestContext.Current.CancellationToken);
        publisher.Publish(Call("refused@test", Number + new string('9', 2_000)), TestContext.Current.CancellationToken);
        await WaitForAsync(() => Kept(Number).Length == topics.All.Length, () => $"{Number} to be in every topic; it is in {string.Join(", ", Kept(Number))}");

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        await admin.IncrementalAlterConfigsAsync(topics.All.ToDictionary(
            topic => new ConfigResource { Type = ResourceType.Topic, Name = topic },
            topic => (topic == topics.DialogStore ? Store : Others).Select(Set).ToList()));
        // Other calls go on: without them the brokers would close no segment, but in the store, once an hour.
        var others = 0;
        await WaitForAsync(() =>
        {
            publisher.Publish(Call($"other-{++others}@test", "1234567"), TestContext.Current.CancellationToken);
            return Kept(Number, CallId).Length == 0;
        }, () => $"it to be gone; the number is in {string.Join(", ", Kept(Number))}, the Call-ID in {string.Join(", ", Kept(CallId))}");
        Assert.DoesNotContain(Number, service.Output, StringComparison.Ordinal);
        await service.StopAsync();

        string[] Kept(params string[] traces) => [.. Directory.EnumerateFiles(broker.DataFolder, "*.log", SearchOption.AllDirectories)
            .Where(file => Array.Exists(traces, trace => Has(file, trace))).Select(file => Path.GetFileName(Path.GetDirectoryName(file))![..^2]).Distinct()];
    }

    private static (string, string)[] Store =>
        [("max.compaction.lag.ms", "1000"), ("segment.ms", "1000"), ("delete.retention.ms", "1000"), ("min.cleanable.dirty.ratio", "0.01")];

    private static (string, string)[] Others => [("retention.ms", "2000"), ("segment.ms", "1000")];

    private static ConfigEntry Set((string Name, string Value) setting) =>
        new() { Name = setting.Name, Value = setting.Value, IncrementalOperation = AlterConfigOpType.Set };

    private static SipEvent Call(string callId, string number) => new()
    {
        CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" },
        FromUri = $"sip:{number}@a.example", ToUri = $"sip:{number}@b.example", Data = number,
    };

    /// <summary>A segment may be deleted meanwhile.</summary>
    private static bool Has(string file, string trace)
    {
        try
        {
            return File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(trace)) >= 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Task WaitForAsync(Func<bool> condition, Func<string> what) => Eventually.IsTrueAsync(condition, Patience, what);
}
