using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>A dead letter: a record of the input that could not be used.</summary>
/// <param name="Origin">Where it stands in the input.</param>
/// <param name="Written">When the brokers got it there.</param>
/// <param name="PutAside">When it was put aside.</param>
/// <param name="Cause">Why.</param>
/// <param name="Exception">What the program failed on; null: it did not.</param>
/// <param name="Event">Null: the letter has no value, has it not whole, or it is no event.</param>
internal sealed record Letter(
    string Origin, DateTimeOffset Written, DateTimeOffset PutAside, string Cause, string? Exception, SipEvent? Event);

/// <summary>The topic of dead letters, from its beginning.</summary>
internal sealed class LetterReader(Dictionary<string, string> client, string topic) : IDisposable
{
    private readonly CommittedRecords records = new(client, "dlgs-dead-letters", topic, fromBeginning: true);

    /// <summary>All that was there at the beginning has been read.</summary>
    public bool WasAtEnd => records.WasAtEnd;

    /// <summary>The next letter; null: none in time.</summary>
    /// <exception cref="InvalidOperationException">The brokers refuse.</exception>
    public Letter? Next(TimeSpan timeout)
    {
        if (records.Next(timeout) is not { Message: { } message } record) return null;
        var headers = message.Headers;
        var written = long.TryParse(Of(headers, "origin-timestamp"), CultureInfo.InvariantCulture, out var millis) ? millis : 0;
        return new Letter(
            $"{Of(headers, "origin-topic")} [{Of(headers, "origin-partition")}] offset {Of(headers, "origin-offset")}",
            DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(Math.Clamp(written, 0, Timestamp.DateTimeToUnixTimestampMs(DateTime.MaxValue) - 1)),
            new DateTimeOffset(record.Message.Timestamp.UtcDateTime),
            Of(headers, "cause") ?? "none",
            Of(headers, "exception"),
            Of(headers, "cut-from-bytes") is null && message.Value is { } value ? EventOf(value) : null);
    }

    public void Dispose() => records.Dispose();

    private static string? Of(Headers headers, string name) => headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    private static SipEvent? EventOf(byte[] value)
    {
        try
        {
            return SipEvent.Parser.ParseFrom(value) is { CallId.Length: > 0 } sipEvent ? sipEvent : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
