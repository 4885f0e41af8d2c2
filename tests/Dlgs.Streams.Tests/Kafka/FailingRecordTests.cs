using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>
/// A record on which the program throws is put aside alone; a deadline that throws stops its partition.
/// Neither stops the lane, and nothing goes on for ever.
/// </summary>
public sealed class FailingRecordTests
{
    private const int Partition = 1;
    private static readonly string[] Calls = Sip.CallIdsOf(Partition, 2);
    private static readonly string Elsewhere = Sip.CallIdsOf(2, 1)[0];

    [Fact]
    public async Task Record_on_which_the_store_throws_goes_to_the_dead_letters_at_its_second_failure_and_everything_else_comes_once()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await DamageAsync(service, Calls[0]);
        var poison = Sip.Reply(Calls[0], 200);
        service.Publish(Sip.Reply(Calls[1], 180), Sip.Invite(Elsewhere), poison, poison, Sip.Reply(Calls[1], 200), Sip.Reply(Elsewhere, 180));

        var changes = await service.ChangesAsync(6);
        Assert.Equal([1u, 2u, 3u], changes.Where(c => c.CallId == Calls[1]).Select(c => c.Sequence));
        Assert.Equal([1u, 2u], changes.Where(c => c.CallId == Elsewhere).Select(c => c.Sequence));
        var letters = await service.LettersAsync(2);
        Assert.All(letters, letter => Assert.Equal("failed", Header(letter, "cause")));
        Assert.All(letters, letter => Assert.StartsWith(nameof(InvalidDataException), Header(letter, "exception"), StringComparison.Ordinal));
        Assert.All(letters, letter => Assert.Equal(poison, SipEvent.Parser.ParseFrom(letter.Message.Value)));
        Assert.Equal(["3", "4"], letters.Select(letter => Header(letter, "origin-offset")));

        // Once each, with the place, the type and the words, and no trace.
        var said = service.Log.With("failed twice");
        Assert.Equal(2, said.Length);
        Assert.Contains($"[{Partition}] offset 3", said[0], StringComparison.Ordinal);
        Assert.Contains(nameof(InvalidDataException), said[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said[0], StringComparison.Ordinal);
        Assert.Empty(service.Log.With("starts anew"));
        Assert.Equal(PartitionPhase.Active, service.Registry.Find(Partition)!.Phase);
    }

    [Fact]
    public async Task Deadline_on_which_the_store_throws_stops_its_partition_and_names_the_call()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync(settings: ("init_lifetime", "1"));
        await DamageAsync(service, Calls[0]);
        await EmbeddedCluster.Eventually(() => service.Log.With("stands still").Length > 0, "the partition to be stopped");
        Assert.Equal(PartitionPhase.Closed, service.Registry.Find(Partition)!.Phase);
        var said = Assert.Single(service.Log.With("stands still"));
        Assert.Contains($"a deadline of call {Mask.Always.Call(Calls[0])} failed twice: {nameof(InvalidDataException)}", said, StringComparison.Ordinal);
        Assert.Contains($"--topic {service.Topics.DialogStore} --property parse.key=true --property null.marker=NULL", said, StringComparison.Ordinal);
        Assert.Empty(service.Log.With("starts anew"));

        service.Publish(Sip.Invite(Elsewhere));
        Assert.Contains((await service.ChangesAsync(3)).Select(c => c.CallId), callId => callId == Elsewhere);
    }

    /// <summary>A call whose record no one can read: while the lane commits it, on the lane's thread, the test spoils the bytes that the store holds.</summary>
    private static async Task DamageAsync(EmbeddedCluster service, string callId)
    {
        await service.WaitForActiveAsync();
        service.Script.Fate = _ =>
        {
            var touched = service.Registry.Find(Partition)!.Store!.Touched
                .FirstOrDefault(call => call.CallId.Span.SequenceEqual(Encoding.UTF8.GetBytes(callId)));
            touched.Record?.AsSpan(touched.Record.AsSpan().IndexOf(touched.CallId.Span) + touched.CallId.Length).Fill(0xff);
            return CommitFate.Done;
        };
        // The store remembers which record it read last; so another follows.
        service.Publish(Sip.Invite(callId), Sip.Invite(Calls[1]));
        await service.ChangesAsync(2);
        service.Script.Fate = _ => CommitFate.Done;
    }

    private static string Header(ConsumeResult<byte[], byte[]> letter, string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));
}
