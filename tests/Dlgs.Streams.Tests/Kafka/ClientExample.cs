using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Grpc.Net.Client;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The worked example of src/Dlgs.Streams.Client/README.md: what stands between the two marks stands there.</summary>
internal static class ClientExample
{
    public static async Task<(long Up, bool Known)> RunAsync(string brokers, string topic, string service)
    {
        // README begins
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = brokers }, topic);
        using var channel = GrpcChannel.ForAddress(service);
        var queries = new DialogQuery.DialogQueryClient(channel);

        // The proxy: every SIP message that it receives or sends.
        publisher.Publish(new SipEvent
        {
            CallId = "a84b4c76e66710@pc33",
            FromTag = "1928301774",
            Method = "INVITE",
            Cseq = 314159,
            ViaBranches = { "z9hG4bK776asdhds" },
            FromUri = "sip:alice@atlanta.example",
            ToUri = "sip:bob@biloxi.example",
            Proxy = "edge-1",
        });

        // The policy engine: how many calls does alice have up, the one that is being set up left out?
        var request = new CountRequest { ExcludeCallId = "f81d4fae-7dec@pc33", Demand = new Demand { Complete = true } };
        request.Filters.Add(new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Eq, Value = "alice@atlanta.example" });
        var answer = await queries.CountAsync(request, deadline: DateTime.UtcNow.AddSeconds(10));
        var up = answer.Counts[0];

        // An operator: one call. Its partition says which instance to ask.
        var partition = CallIdPartitioner.PartitionOf("a84b4c76e66710@pc33"u8, answer.Coverage.PartitionCount);
        var call = await queries.GetAsync(new GetRequest { CallId = "a84b4c76e66710@pc33" });
        var known = call.Dialogs.Count > 0 && call.Coverage.Complete;

        // At the end of the process.
        publisher.Flush(TimeSpan.FromSeconds(10));
        // README ends
        return (up, known);
    }
}
