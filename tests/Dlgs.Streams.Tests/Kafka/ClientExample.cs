using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The worked examples of src/Dlgs.Streams.Client/README.md: what stands between two marks stands there.</summary>
internal static class ClientExample
{
    public static bool Publish(string brokers, string topic)
    {
        // README begins
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = brokers }, topic);
        publisher.Publish(new SipEvent
        {
            CallId = "a84b4c76e66710@pc33", FromTag = "1928301774", Method = "INVITE", Cseq = 314159,
            ViaBranches = { "z9hG4bK776asdhds" }, Proxy = "edge-1",
            FromUri = "sip:alice@atlanta.example", ToUri = "sip:bob@biloxi.example",
        });
        return publisher.Flush(TimeSpan.FromSeconds(10)) && publisher.Failed == 0;
        // README ends
    }

    public static async Task<bool> MayCallAsync(string service)
    {
        // README begins
        using var queries = new DialogQueries(service);
        var alice = new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Eq, Value = "alice@atlanta.example" };
        var question = new CountRequest { Filters = { alice }, ExcludeCallId = "f81d4fae-7dec@pc33", Demand = new Demand { Complete = true } };
        try
        {
            return (await queries.CountAsync(question, TimeSpan.FromMilliseconds(500))).Counts[0] < 1;
        }
        catch (QueryException)
        {
            return true;
        }
        // README ends
    }
}
