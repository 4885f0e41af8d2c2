using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Builds clients that write nothing: left alone, librdkafka would, to the console. What goes wrong comes back from their calls; of some it
/// is also heard what they say of the brokers in between.
/// </summary>
internal static class SilentClients
{
    public static IConsumer<TKey, TValue> BuildSilent<TKey, TValue>(this ConsumerBuilder<TKey, TValue> builder, Action<Error>? heard = null) =>
        builder.SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => heard?.Invoke(error)).Build();

    public static IProducer<TKey, TValue> BuildSilent<TKey, TValue>(this ProducerBuilder<TKey, TValue> builder, Action<Error>? heard = null) =>
        builder.SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => heard?.Invoke(error)).Build();

    /// <summary>A broker that closes the connection at once is no error to librdkafka, only a line of its log.</summary>
    public static IAdminClient BuildSilent(this AdminClientBuilder builder, Action<string>? heard = null) =>
        builder.SetLogHandler((_, line) => heard?.Invoke(line.Message)).SetErrorHandler((_, error) => heard?.Invoke(error.Reason)).Build();
}
