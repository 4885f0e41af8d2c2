using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>The records of dialog-changes and calls, in either of their formats.</summary>
internal static class ChangeRecords
{
    /// <summary>Instances of two versions may write side by side: a field that this one does not know is none of its business.</summary>
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Null: somebody else wrote it, and why it is no change.</summary>
    public static DialogChange? Read<TKey>(ConsumeResult<TKey, byte[]?> record, out string failure)
    {
        failure = "it has no value";
        if (record.Message.Value is not { } value) return null;
        var isJson = record.Message.Headers.TryGetLastBytes("content-type", out var type) && Encoding.UTF8.GetString(type) == "application/json";
        try
        {
            var change = isJson ? Json.Parse<DialogChange>(Encoding.UTF8.GetString(value)) : DialogChange.Parser.ParseFrom(value);
            failure = "its cause is not in its partition";
            return change.Cause?.Partition == record.Partition.Value ? change : null;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            failure = Mask.Always.Text(e.Message);
            return null;
        }
    }
}
