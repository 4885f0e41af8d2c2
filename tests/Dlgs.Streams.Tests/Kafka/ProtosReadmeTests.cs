using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What protos/README.md tells outsiders to write, done as it stands there.</summary>
public sealed class ProtosReadmeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly CountRequest Alice =
        new() { Filters = { new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Eq, Value = "alice@atlanta.example" } } };

    [Fact]
    public async Task Example_records_are_a_call_that_its_caller_is_found_by()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(ProtosReadme.Records<SipEvent>(ProtosReadme.Blocks("json")[0]));
        var call = await UpAsync(service);
        Assert.Equal((DialogState.Answered, "a6c85cf", "bob@biloxi.example"), (call.State, call.ToTag, call.Dst));
    }

    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    public async Task Publisher_in_another_language_makes_a_call_that_is_counted(string name)
    {
        var language = await FindAsync(name);
        await using var service = await EmbeddedCluster.StartAsync();
        using var publisher = await ForeignProgram.WriteAsync(language, block: 0);
        Assert.Equal((0, ""), await publisher.RunAsync(service.Client["bootstrap.servers"]));
        Assert.Equal("a84b4c76e66710@pc33", (await UpAsync(service)).CallId);
    }

    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    public async Task Billing_consumer_in_another_language_gets_a_settled_call(string name)
    {
        var language = await FindAsync(name);
        await using var service = await EmbeddedCluster.StartAsync();
        PublishFinishedCall(service);
        using var consumer = await ForeignProgram.WriteAsync(language, block: 1);
        var line = await consumer.FirstLineAsync(service.Client["bootstrap.servers"]);
        Assert.StartsWith("a84b4c76e66710@pc33 1928301774 0 1 alice@atlanta.example bob@biloxi.example ", line, StringComparison.Ordinal);
    }

    /// <summary>A stock client, that knows nothing but the address.</summary>
    [Fact]
    public async Task Policy_engine_in_another_language_counts_by_what_the_service_says_of_itself()
    {
        var language = await FindAsync("javascript");
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(ProtosReadme.Records<SipEvent>(ProtosReadme.Blocks("json")[0]));
        await UpAsync(service);
        using var engine = await ForeignProgram.WriteAsync(language, block: 2);
        Assert.Equal("1 calls are up", await engine.FirstLineAsync(new Uri(service.Addresses.First()).Authority));
    }

    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    public void Programs_are_below_30_lines(string name) =>
        Assert.All(ProtosReadme.Blocks(name), program => Assert.InRange(program.Split('\n').Length, 1, 30));

    private static async Task<Language> FindAsync(string name)
    {
        var language = name == "python" ? Language.Python : Language.Node;
        await language.RequireAsync();
        return language;
    }

    private static async Task<Dialog> UpAsync(EmbeddedCluster service)
    {
        using var queries = new DialogQueries(new ServiceOptions { Address = service.Addresses.First(), Deadline = Patience });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while ((await queries.CountAsync(Alice, cancellation: patience.Token)).Counts[0] == 0) await Task.Delay(10, patience.Token);
        return (await queries.GetAsync(new GetRequest { Filter = Alice.Filters[0] }, cancellation: patience.Token)).Dialogs.Single();
    }

    /// <summary>The example's call, and its end, as they were five minutes ago: it has settled as soon as the service knows what time it is.</summary>
    private static void PublishFinishedCall(EmbeddedCluster service)
    {
        var call = ProtosReadme.Records<SipEvent>(ProtosReadme.Blocks("json")[0]);
        var bye = call[1].Clone();
        (bye.Method, bye.Status, bye.Cseq) = ("BYE", 0, call[1].Cseq + 1);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(service.Client) { Partitioner = Partitioner.Murmur2Random }).Build();
        var time = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        foreach (var sipEvent in call.Append(bye))
            producer.Produce(service.Topics.SipEvents, new Message<byte[], byte[]>
            {
                Key = ByteString.CopyFromUtf8(sipEvent.CallId).ToByteArray(),
                Value = sipEvent.ToByteArray(),
                Timestamp = new Timestamp(time = time.AddSeconds(5)),
            });
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }
}
