using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>"Poison" of k8s/README.md: what was put aside is looked at, and fed again when what was at fault has been mended.</summary>
public sealed class DeadLetterTests(KafkaCluster kafka)
{
    private const int Partitions = 2;

    [Fact]
    public async Task Letters_are_shown_with_their_cause_and_those_of_a_mended_producer_are_fed_again()
    {
        var (servers, prefix) = (kafka.Require(), $"l{Guid.NewGuid():N}.");
        using var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}");
        await service.WaitForActiveAsync(Partitions);
        var (topics, home) = (new Topics(prefix), CallIdPartitioner.PartitionOf("stray@test"u8, Partitions));
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            var stray = new SipEvent { CallId = "stray@test", FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" }, Proxy = "edge" };
            producer.Produce(new TopicPartition(topics.SipEvents, 1 - home), new Message<Null, byte[]> { Value = stray.ToByteArray() });
            producer.Produce(new TopicPartition(topics.SipEvents, home), new Message<Null, byte[]> { Value = [0xff] });
            producer.Flush(TimeSpan.FromSeconds(10));
        }
        OutputTopics.ReadAll(servers, topics.DeadLetters, letters => letters.Count >= 2);

        var all = await RunAsync(servers, prefix);
        Assert.Contains($"{topics.SipEvents} [{1 - home}] offset 0: wrong-partition, INVITE of stray@test, seen by edge", all, StringComparison.Ordinal);
        Assert.Contains($"{topics.SipEvents} [{home}] offset 0: malformed", all, StringComparison.Ordinal);
        Assert.Contains("1 found, 0 are in ", await RunAsync(servers, prefix, "--cause", "malformed", "--again"), StringComparison.Ordinal);
        Assert.Contains("1 found, 1 are in ", await RunAsync(servers, prefix, "--cause", "wrong-partition", "--again"), StringComparison.Ordinal);
        var change = Assert.Single(await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count > 0, service));
        Assert.Equal(("stray@test", DialogState.Init), (change.CallId, change.State));
    }

    /// <summary>Its letter came back each time, and it is one event; and a call of an hour ago is forgotten: fed again it would be billed again.</summary>
    [Fact]
    public async Task Event_with_two_letters_is_fed_once_and_a_letter_of_before_late_lifetime_only_where_that_is_asked_for()
    {
        var (servers, prefix) = (kafka.Require(), $"l{Guid.NewGuid():N}.");
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}")) await service.WaitForActiveAsync(Partitions);
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            var now = TimeProvider.System.GetUtcNow();
            foreach (var (callId, age) in new[] { ("twice@test", 0), ("twice@test", 0), ("old@test", 1) })
            {
                var sipEvent = new SipEvent { CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" }, Proxy = "edge" };
                producer.Produce(new Topics(prefix).DeadLetters, new Message<Null, byte[]>
                {
                    Value = sipEvent.ToByteArray(), Headers = new Headers { { "cause", "failed"u8.ToArray() } },
                    Timestamp = new Timestamp(now.AddHours(-age)),
                });
            }
            producer.Flush(TimeSpan.FromSeconds(10));
        }
        var fed = await RunAsync(servers, prefix, "--cause", "failed", "--again");
        Assert.Contains("3 found, 1 are in ", fed, StringComparison.Ordinal);
        Assert.Contains(", 1 are of an event that another letter has too; 1 were put aside more than 300 s (late_lifetime) ago", fed, StringComparison.Ordinal);
        var late = await RunAsync(servers, prefix, "--cause", "failed", "--again", "--late");
        Assert.Contains("3 found, 2 are in ", late, StringComparison.Ordinal);
    }

    /// <summary>Half of them fed, and nothing told of it, would be worse than lines that nobody reads.</summary>
    [Fact]
    public async Task Letters_are_all_fed_and_told_of_when_nobody_reads_their_lines()
    {
        const int Letters = 5_000;
        var (servers, prefix) = (kafka.Require(), $"l{Guid.NewGuid():N}.");
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}")) await service.WaitForActiveAsync(Partitions);
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            for (var i = 0; i < Letters; i++)
            {
                producer.Produce(new Topics(prefix).DeadLetters, new Message<Null, byte[]>
                {
                    Value = new SipEvent { CallId = $"{i}@test", FromTag = "a", Method = "INVITE" }.ToByteArray(),
                    Headers = new Headers { { "cause", "failed"u8.ToArray() } },
                });
            }
            producer.Flush(TimeSpan.FromSeconds(10));
        }
        var program = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "dlgs.dll")}' dead-letters --bootstrap-servers {servers} --topic-prefix {prefix}";
        using var piped = new ChildProcess("bash", ["-c", $"set -o pipefail; {program} --cause failed --again | head -1"]);
        Assert.Equal(0, await piped.WaitForExitAsync());
        Assert.Contains($"{Letters} found, {Letters} are in {prefix}sip-events again", piped.Output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string servers, string prefix, params string[] more)
    {
        using var command = DlgsProcess.Run(["dead-letters", "--bootstrap-servers", servers, "--topic-prefix", prefix, .. more]);
        Assert.True(await command.WaitForExitAsync() == 0, command.Output);
        return command.Output;
    }
}
