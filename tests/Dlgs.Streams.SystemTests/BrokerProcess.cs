namespace Dlgs.Streams.SystemTests;

/// <summary>One broker of the distribution in KAFKA_HOME (its libs/ is all that is needed): its folder, its process, and what can be done to it.</summary>
internal sealed class BrokerProcess(string home, string folder, string settings) : IDisposable
{
    public const string Missing = "No broker to kill: set KAFKA_HOME to an unpacked Apache Kafka (Java 17 or later in JAVA_HOME or on the PATH).";

    private ChildProcess? process;

    public static string? Home => Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } home ? home : null;

    public bool IsRunning => process is not null;

    private string Properties => Path.Combine(folder, "server.properties");

    private string Logging => Path.Combine(folder, "log4j2.properties");

    /// <summary>Sixteen bytes in base64url, as Kafka wants it; one that begins with a dash would be taken for an option.</summary>
    public static string NewClusterId() => "d" + Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_')[1..];

    public async Task FormatAsync(string clusterId)
    {
        if (!Directory.Exists(Path.Combine(home, "libs"))) throw new DirectoryNotFoundException($"KAFKA_HOME={home} has no libs/.");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Logging, """
            rootLogger.level=WARN
            rootLogger.appenderRef.out.ref=out
            logger.server.name=kafka.server
            logger.server.level=INFO
            appender.out.type=Console
            appender.out.name=out
            appender.out.layout.type=PatternLayout
            appender.out.layout.pattern=%d %p %m%n
            """);
        await File.WriteAllTextAsync(Properties, settings);
        using var format = Java("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", Properties);
        Assert.True(await format.WaitForExitAsync() == 0, $"The broker's folder could not be formatted:\n{format.Output}");
    }

    /// <summary>Starts it, for the first time or on the port and the data that it had.</summary>
    public async Task LaunchAsync()
    {
        Assert.False(IsRunning);
        process = Java("kafka.Kafka", Properties);
        await process.WaitForAsync(() => process.Lines.Any(line => line.Contains("Kafka Server started", StringComparison.Ordinal)), "the broker's start");
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process?.Dispose();
        process = null;
    }

    /// <summary>A controlled shutdown: it hands its partitions over first.</summary>
    public Task StopAsync()
    {
        process!.Signal("TERM");
        return WaitForEndAsync();
    }

    /// <summary>Waits until it has ended, by itself or because it was told.</summary>
    public async Task WaitForEndAsync()
    {
        await process!.WaitForExitAsync();
        Kill();
    }

    /// <summary>It hangs: connections stay open, nothing is answered.</summary>
    public void Pause() => process!.Signal("STOP");

    public void Resume() => process!.Signal("CONT");

    public void Dispose() => Kill();

    private ChildProcess Java(string main, params string[] arguments)
    {
        var java = Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } root ? Path.Combine(root, "bin", "java") : "java";
        return new ChildProcess(java,
            ["-Xmx512m", "-XX:TieredStopAtLevel=1", $"-Dlog4j2.configurationFile={Logging}", "-cp", Path.Combine(home, "libs", "*"), main, .. arguments]);
    }
}
