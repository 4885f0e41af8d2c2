using Dlgs.Streams.Cli;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>Bad settings are told all at once, by their names, with what is allowed; before anything is opened.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("", "bootstrap_servers: required")]
    [InlineData("bootstrap_servers=b:1 embedded=true", "embedded: not together with bootstrap_servers")]
    [InlineData("embedded=true lanes=65", "lanes: 0 to 64")]
    [InlineData("embedded=true lanes=two", "lanes: 'two' is no whole number; 0 to 64")]
    [InlineData("bootstrap_servers=b:1 embedded=perhaps", "embedded: 'perhaps' is neither true nor false")]
    [InlineData("embedded=true timer_interval=0", "timer_interval: 1 to 3600 (s)")]
    [InlineData("embedded=true init_lifetime=0", "init_lifetime: 1 to 86400 (s)")]
    [InlineData("embedded=true active_lifetime=-1", "active_lifetime: 1 to 2592000 (s)")]
    [InlineData("embedded=true finish_lifetime=100000", "finish_lifetime: 1 to 86400 (s)")]
    [InlineData("embedded=true topic_prefix=a/b", "topic_prefix: letters, digits")]
    [InlineData("embedded=true group=", "group: letters, digits, '.', '_' and '-', 1 to 200; leave it out for the default")]
    [InlineData("embedded=true instance=", "instance: letters, digits")]
    [InlineData("embedded=true accept_gap=1@2,3", "accept_gap: PARTITION@OFFSET[,...]")]
    [InlineData("embedded=true lanes:0=1", "lanes: a list or an object")]
    [InlineData("embedded=true output_format=xml", "output_format: protobuf or json")]
    [InlineData("embedded=true grpc=http://0.0.0.0:5090", "grpc: 'http://0.0.0.0:5090' is not loopback")]
    [InlineData("embedded=true grpc=http://*:5090", "grpc: 'http://*:5090' is no http address")]
    [InlineData("embedded=true grpc=http://user@localhost:5090", "grpc: 'http://user@localhost:5090' has more than scheme, host and port")]
    [InlineData("embedded=true grpc=http://kafka-1:5090", "grpc: 'http://kafka-1:5090': the host has to be an IP address or localhost")]
    [InlineData("embedded=true memory_limit=much", "memory_limit: 'much' is no size (bytes, or as 512MiB, 6GiB); 0, or 128MiB to 16TiB")]
    [InlineData("embedded=true memory_limit=64MiB", "memory_limit: 0, or 128MiB to 16TiB")]
    [InlineData("embedded=true memory_limit=90000000000GiB", "memory_limit: '90000000000GiB' is no size")]
    public void Failure_names_the_setting_and_what_is_allowed(string settings, string failure) =>
        Assert.StartsWith(failure, Assert.Single(Failures(settings)), StringComparison.Ordinal);

    [Fact]
    public void All_failures_are_told_at_once()
    {
        var failures = Failures("lanes=many partitions=0 timer_interval=0 grpc=http://10.0.0.1:1 kafka:acks=1");
        Assert.Equal(["bootstrap_servers", "grpc", "kafka", "lanes", "partitions", "timer_interval"],
            failures.Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_number_is_held_to_its_range()
    {
        var numbers = RoomOptions.Every.Where(setting => setting.IsNumber).Select(setting => setting.Name).ToArray();
        var failures = Failures("embedded=true " + string.Join(' ', numbers.Select(name => $"{name}=-1")));
        Assert.Equal(numbers.Order(StringComparer.Ordinal), failures.Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Times_are_read_in_the_unit_of_their_setting()
    {
        var given = new Dictionary<string, string?> { ["commit_interval_ms"] = "250", ["query_time"] = "7", ["late_lifetime"] = "600" };
        using var services = new ServiceCollection().AddSettings(new ConfigurationBuilder().AddInMemoryCollection(given).Build()).BuildServiceProvider();
        Assert.Equal(TimeSpan.FromMilliseconds(250), services.GetRequiredService<IOptions<LaneOptions>>().Value.CommitInterval);
        Assert.Equal(TimeSpan.FromSeconds(7), services.GetRequiredService<IOptions<AnswerOptions>>().Value.QueryTime);
        Assert.Equal(TimeSpan.FromMinutes(10), services.GetRequiredService<IOptions<LifetimeOptions>>().Value.Late);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("536870912", 512)]
    [InlineData("512MiB", 512)]
    [InlineData("6 gib", 6 * 1024)]
    public void Sizes_are_read_with_their_unit(string text, long mebibytes)
    {
        var given = new Dictionary<string, string?> { ["memory_limit"] = text };
        using var services = new ServiceCollection().AddSettings(new ConfigurationBuilder().AddInMemoryCollection(given).Build()).BuildServiceProvider();
        Assert.Equal(mebibytes << 20, services.GetRequiredService<IOptions<MemoryOptions>>().Value.Limit);
    }

    [Fact]
    public void Help_states_default_and_range()
    {
        var options = ServeCommand.Create().Options.ToDictionary(option => option.Name, option => option.Description);
        Assert.EndsWith("[timer_interval] 1 to 3600. Default: 1.", options["--timer-interval"], StringComparison.Ordinal);
        Assert.EndsWith("[topic_prefix] Default: 'dlgs.'.", options["--topic-prefix"], StringComparison.Ordinal);
        string[] names =
            ["--init-lifetime", "--active-lifetime", "--finish-lifetime", "--timer-interval", "--grpc", "--embedded", "--bootstrap-servers"];
        foreach (var name in names) Assert.Contains(name, options.Keys);
    }

    private static string[] Failures(string settings)
    {
        var given = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        return Failures(configuration => configuration.AddInMemoryCollection(given));
    }

    private static string[] Failures(Action<IConfigurationBuilder> configure)
    {
        try
        {
            using var app = (IDisposable)ServiceHost.Build(configure);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
