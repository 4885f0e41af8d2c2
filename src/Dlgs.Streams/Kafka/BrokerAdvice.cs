namespace Dlgs.Streams.Kafka;

/// <summary>Which setting to look at when a broker and this service do not get on: librdkafka's words name none, or another.</summary>
internal static class BrokerAdvice
{
    private static readonly (string Words, string Advice)[] Known =
    [
        ("certificate verify failed", "kafka:ssl.ca.location has to name its CA; or the certificate is out of date, or made out to another host: "
            + "openssl s_client -connect BROKER -CAfile CA -verify_hostname HOST tells which"),
        ("certificate required", "it wants a certificate of this service: kafka:ssl.certificate.location and kafka:ssl.key.location"),
        ("bad certificate", "it does not take this service's certificate: kafka:ssl.certificate.location"),
        ("unknown ca", "it does not know the CA of this service's certificate: kafka:ssl.certificate.location"),
        ("Unsupported SASL mechanism", "kafka:sasl.mechanism has to be one that it supports"),
        ("invalid credentials", "look at kafka:sasl.username and kafka:sasl.password"),
        ("Invalid username or password", "look at kafka:sasl.username and kafka:sasl.password"),
        ("SASL authentication error", "look at kafka:sasl.mechanism, and the settings of kafka:sasl. that go with it"),
        ("listener?", "kafka:security.protocol has to be that of the listener: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
        // What a listener with TLS does to who speaks none.
        ("in state APIVERSION_QUERY", "kafka:security.protocol has to be that of the listener: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
        ("SSL handshake failed", "look at kafka:security.protocol and the settings of kafka:ssl."),
    ];

    /// <summary>The words, and what to do about them where the whole says it; of librdkafka's own advice nothing is left then.</summary>
    public static string AddTo(string words, string whole)
    {
        foreach (var (sign, advice) in Known)
            if (whole.Contains(sign, StringComparison.OrdinalIgnoreCase)) return $"{words.Split(": broker certificate could not be verified")[0]}; {advice}";
        return words;
    }
}
