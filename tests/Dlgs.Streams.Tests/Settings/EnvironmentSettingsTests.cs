using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>Which variables are settings, and what is said of those that only look so.</summary>
public sealed class EnvironmentSettingsTests
{
    [Fact]
    public void Environment_names_settings_and_those_of_librdkafka_and_OpenTelemetry_and_nothing_else()
    {
        var environment = Of("DLGS_LANES", "dlgs_topic_prefix", "DLGS_KAFKA__LINGER_MS",
            "DLGS_URLS", "DLGS_KESTREL:ENDPOINTS:X:URL", "LANES", "PATH", "OTEL_SERVICE_NAME");
        Assert.Equal(["OTEL_SERVICE_NAME", "kafka:linger.ms", "lanes", "topic_prefix"], environment.Values.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("DLGS_TOPIC_PREFX", "did you mean DLGS_TOPIC_PREFIX?")]
    [InlineData("DLGS_BOOTSTRAP_SERVER", "did you mean DLGS_BOOTSTRAP_SERVERS?")]
    [InlineData("DLGS_SERVERS", "did you mean DLGS_SERVER?")]
    [InlineData("DLGS_KAFKA_SECURITY_PROTOCOL", "did you mean DLGS_KAFKA__SECURITY_PROTOCOL?")]
    [InlineData("DLGS_SOMETHING_ELSE_THAT_IS_LONG", "'dlgs serve --help' lists them")]
    public void Variable_that_is_no_setting_is_a_warning_that_names_the_nearest(string name, string hint) =>
        Assert.Equal($"{name} is no setting, and changes nothing; {hint}", Assert.Single(Of(name).Warnings));

    [Fact]
    public void What_Kubernetes_tells_of_a_service_called_dlgs_is_no_reason_to_warn() =>
        Assert.Empty(new EnvironmentSettings(new Dictionary<string, string>
        {
            ["DLGS_SERVICE_HOST"] = "10.0.0.1",
            ["DLGS_SERVICE_PORT"] = "5090",
            ["DLGS_SERVICE_PORT_GRPC"] = "5090",
            ["DLGS_PORT"] = "tcp://10.0.0.1:5090",
            ["DLGS_PORT_5090_TCP"] = "tcp://10.0.0.1:5090",
            ["DLGS_PORT_5090_TCP_PROTO"] = "tcp",
            ["DLGS_GRPC_PORT_5090_TCP_ADDR"] = "10.0.0.1",
        }).Warnings);

    private static EnvironmentSettings Of(params string[] names) => new(names.ToDictionary(name => name, _ => "3"));
}
