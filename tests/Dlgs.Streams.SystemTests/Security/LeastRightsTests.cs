using System.Text.Json;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>The service, a proxy and billing do all that they do with the rights of README.md's table and no other; what is missing is told by name.</summary>
[Collection(nameof(SecuredBroker))]
public sealed class LeastRightsTests(SecuredBroker broker)
{
    private const string Password = "canary-of-the-password";

    internal static (string Resource, AclOperation Operation)[] OfService(Topics topics) =>
        [.. Rights.Of(topics).Select(right => ($"{right.Kind} {right.Name}", right.Operation))];

    [Fact]
    public async Task Two_instances_a_proxy_and_billing_need_no_more_than_the_table_says()
    {
        var traffic = await PrepareAsync("least");
        await broker.AllowAsync("least", OfService(traffic.Topics));
        using var user = new KafkaUser(broker, "least", Password);
        var (peerOne, peerTwo) = ($"http://127.0.0.1:{LoopbackPort.Free()}", $"http://127.0.0.1:{LoopbackPort.Free()}");
        using var one = Serve(user, traffic, "one", peerOne, peerTwo);
        await one.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var two = Serve(user, traffic, "two", peerTwo, peerOne);
        await two.WaitForActiveAsync(RecordedTraffic.Partitions / 4);
        using var watch = DlgsProcess.Run("watch", "--server", two.Address, "--json");

        await RunAsync(["tag", "add", await AnyCallAsync(traffic), "canary", "--server", one.Address]);
        var counted = await RunAsync(["count", "--server", two.Address, "--require-complete"]);
        Assert.NotEqual("0", counted.Trim());
        await watch.WaitForAsync(() => watch.Output.Contains("\"callId\"", StringComparison.Ordinal), "a change to watch");
        await RunAsync(["leave", "--server", two.Address]);
        await one.WaitForActiveAsync(RecordedTraffic.Partitions);
        await CheckBillingAsync(traffic);
        await one.StopAsync();
        Assert.DoesNotContain("uthoriz", one.Output + two.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("which it needs for", one.Output + two.Output, StringComparison.Ordinal);
        Assert.True(InputFold.Check(broker.PlainServers, traffic.Prefix) > 0);
    }

    [Fact]
    public async Task Every_right_that_is_missing_is_told_by_name_at_start_and_when_it_is_taken_away()
    {
        var traffic = await PrepareAsync("lacks");
        var (topics, rights) = (traffic.Topics, OfService(traffic.Topics));
        Right[] ofTopics = [.. Rights.Of(topics).Where(right => right.Kind == Right.Topic)];
        await broker.AllowAsync("lacks", ($"topic {topics.Prefix}*", AclOperation.Describe));
        using var user = new KafkaUser(broker, "lacks", Password);
        using var service = DlgsProcess.Serve(broker.Servers, traffic.Prefix, more: ["--config", user.ConfigFile]);
        await WaitForAllAsync(service, 0, [.. ofTopics.Select(Missing), $"the right to READ group {topics.Prefix}lanes"]);
        await broker.AllowAsync("lacks", rights[..^1]);
        await WaitForAllAsync(service, 0, [$"the right to WRITE transactional ids that begin with {topics.Prefix}"]);
        await broker.AllowAsync("lacks", rights[^1]);
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);

        await WaitForAllAsync(service, 0, [.. ofTopics.Select(Mended)]);
        var said = service.Output.Length;
        await broker.ForbidAsync("lacks", rights[..^2]);
        await WaitForAllAsync(service, said, [.. ofTopics.Select(Missing)]);
        said = service.Output.Length;
        await broker.AllowAsync("lacks", rights);
        await WaitForAllAsync(service, said, [.. ofTopics.Select(Mended)]);

        static string Missing(Right right) => $"may not {right.Verb} {right.Name}, ";

        static string Mended(Right right) => $"{right.Name}: the right to {right.Verb} is again as it has to be";
    }

    private async Task<RecordedTraffic> PrepareAsync(string user)
    {
        await broker.RequireAsync();
        await broker.SetPasswordAsync(user, Password);
        var traffic = new RecordedTraffic(broker.PlainServers);
        await broker.CreateTopicsAsync(traffic.Topics, RecordedTraffic.Partitions);
        return traffic;
    }

    private DlgsProcess Serve(KafkaUser user, RecordedTraffic traffic, string instance, string peer, string other) =>
        DlgsProcess.Serve(broker.Servers, traffic.Prefix, instance, more: ["--config", user.ConfigFile, "--peer", peer, "--peers", other]);

    /// <summary>A proxy publishes calls that stay up, with the rights of a proxy; one that is up.</summary>
    private async Task<string> AnyCallAsync(RecordedTraffic traffic)
    {
        await broker.SetPasswordAsync("proxy", Password);
        await broker.AllowAsync("proxy", ($"topic {traffic.Topics.SipEvents}", AclOperation.Write));
        using var proxy = new KafkaUser(broker, "proxy", Password);
        string[] to = ["--bootstrap-servers", broker.Servers, "--topic-prefix", traffic.Prefix, "--config", proxy.ConfigFile];
        await RunAsync(["replay", "--speed", "max", .. to, Shared.Judge.FileOf("no_bye")]);
        var changes = await OutputTopics.ReadChangesAsync(broker.PlainServers, traffic.Prefix, changes => Up(changes) is not null);
        return Up(changes)!;

        static string? Up(List<Contracts.V1.DialogChange> changes) => changes.GroupBy(change => change.CallId)
            .FirstOrDefault(call => call.Last().State == Contracts.V1.DialogState.Confirmed)?.Key;
    }

    private async Task CheckBillingAsync(RecordedTraffic traffic)
    {
        await broker.SetPasswordAsync("billing", Password);
        await broker.AllowAsync("billing", ($"topic {traffic.Topics.DialogChanges}", AclOperation.Read), ("group dlgs-changes", AclOperation.Read));
        using var billing = new KafkaUser(broker, "billing", Password);
        string[] from = ["--bootstrap-servers", broker.Servers, "--topic-prefix", traffic.Prefix, "--config", billing.ConfigFile];
        var lines = await RunAsync(["changes", "--from-beginning", "--until-idle", "2s", "--json", .. from]);
        Assert.True(JsonDocument.Parse(lines.Split('\n')[0]).RootElement.TryGetProperty("callId", out _));
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        using var command = DlgsProcess.Run(arguments);
        Assert.True(await command.WaitForExitAsync() == 0, $"{string.Join(' ', arguments)}: {command.Output}");
        return command.Output;
    }

    private static Task WaitForAllAsync(DlgsProcess service, int from, string[] words) =>
        service.WaitForAsync(() => Array.TrueForAll(words, word => service.Output[from..].Contains(word, StringComparison.Ordinal)), string.Join("\n", words));
}

/// <summary>One broker for all of them.</summary>
[CollectionDefinition(nameof(SecuredBroker))]
public sealed class SecuredBrokerTests : ICollectionFixture<SecuredBroker>;
