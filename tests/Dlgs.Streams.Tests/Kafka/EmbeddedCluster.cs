using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The whole service in this process, on the embedded broker. No evidence for exactly-once: that is what SystemTests are for.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly IHost app;
    private readonly List<DialogChange> changes = [];

    private EmbeddedCluster(IHost app)
    {
        this.app = app;
        Topics = app.Services.GetRequiredService<LaneContext>().Topics;
    }

    public LaneContext Context => app.Services.GetRequiredService<LaneContext>();

    public IServiceProvider Services => app.Services;

    public ICollection<string> Addresses => ((Microsoft.AspNetCore.Builder.WebApplication)app).Urls;

    public InputEnds InputEnds => app.Services.GetRequiredService<InputEnds>();

    public Topics Topics { get; }

    public PartitionRegistry Registry => app.Services.GetRequiredService<PartitionRegistry>();

    /// <summary>Only with scripted clients.</summary>
    public ScriptedClients Script => (ScriptedClients)app.Services.GetRequiredService<ILaneClients>();

    public LogLines Log => app.Services.GetRequiredService<LogLines>();

    public LaneHost Lanes => app.Services.GetRequiredService<LaneHost>();

    public CancellationToken Stopped => app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<EmbeddedCluster> StartAsync(params (string Name, string Value)[] settings)
    {
        var service = new EmbeddedCluster(ServiceHost.Build(configuration => configuration.AddInMemoryCollection(Given(settings))));
        await service.app.StartAsync(TestContext.Current.CancellationToken);
        await service.WaitForActiveAsync();
        return service;
    }

    /// <summary>Only the lanes, with clients and memory that do as the test scripts. They may have a script before they start.</summary>
    public static async Task<EmbeddedCluster> StartScriptedAsync(
        Action<ScriptedClients>? before = null, long memoryHeld = 0, params (string Name, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Given(settings));
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddSingleton<IProcessMemory, ScriptedMemory>();
        builder.Services.AddLanes();
        builder.Services.AddSingleton<ILaneClients, ScriptedClients>().AddSingleton<LogLines>()
            .AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LogLines>());
        var service = new EmbeddedCluster(builder.Build());
        // However slow the machine is: only the test of a slow commit has one.
        service.Context.SlowCommit = TimeSpan.FromMinutes(5);
        before?.Invoke(service.Script);
        service.HoldMemory(memoryHeld);
        await service.app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    /// <summary>Only with scripted clients: so much, as last looked at.</summary>
    public void HoldMemory(long bytes) => ((ScriptedMemory)Services.GetRequiredService<IProcessMemory>()).Hold(bytes, Services);

    public Task WaitForActiveAsync() =>
        Eventually(
            () => Registry is { PartitionCount: > 0 } registry
                && registry.Views.Count(view => view.Phase == Streams.Partitions.PartitionPhase.Active) == registry.PartitionCount,
            "all partitions active");

    public void Publish(params SipEvent[] events)
    {
        using var publisher = new SipEventPublisher(Client, Topics.SipEvents);
        foreach (var sipEvent in events) publisher.Publish(sipEvent);
        Assert.True(publisher.Flush(Patience));
    }

    /// <summary>A record as a producer writes it that is not ours: key and partition by the Call-ID's bytes, whatever they are.</summary>
    public void PublishBytes(byte[] callId, byte[] value)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(Client) { Partitioner = Partitioner.Murmur2Random }).Build();
        producer.Produce(Topics.SipEvents, new Message<byte[], byte[]> { Key = callId, Value = value });
        Assert.Equal(0, producer.Flush(Patience));
    }

    /// <summary>The changes of all topics' beginning, as soon as there are so many.</summary>
    public async Task<DialogChange[]> ChangesAsync(int count)
    {
        using var reader = new ChangeReader(Client, Topics.DialogChanges, fromBeginning: true);
        changes.Clear();
        await Eventually(() =>
        {
            if (reader.Next(TimeSpan.FromMilliseconds(100)) is { } change) changes.Add(change);
            return changes.Count >= count;
        }, $"{count} changes");
        return [.. changes];
    }

    /// <summary>The dead letters, as soon as there are so many.</summary>
    public async Task<ConsumeResult<byte[], byte[]>[]> LettersAsync(int count)
    {
        var config = new ConsumerConfig(Client) { GroupId = "letters", AutoOffsetReset = AutoOffsetReset.Earliest };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, Registry.PartitionCount)
            .Select(partition => new TopicPartitionOffset(Topics.DeadLetters, partition, Offset.Beginning)));
        var letters = new List<ConsumeResult<byte[], byte[]>>();
        await Eventually(() =>
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } letter) letters.Add(letter);
            return letters.Count >= count;
        }, $"{count} dead letters");
        return [.. letters];
    }

    public static Task Eventually(Func<bool> condition, string what) => Eventually(() => Task.FromResult(condition()), what);

    public static async Task Eventually(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s for {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await ((IAsyncDisposable)app).DisposeAsync();
    }

    private static Dictionary<string, string?> Given((string, string)[] settings) =>
        settings.Append(("embedded", "true")).Append(("lanes", "1")).Append(("grpc", "http://127.0.0.1:0")).Append(("http", "")).Append(("log_level", "error"))
            .DistinctBy(s => s.Item1).ToDictionary(s => s.Item1, s => (string?)s.Item2);

    public Dictionary<string, string> Client => new() { ["bootstrap.servers"] = app.Services.GetRequiredService<EmbeddedBroker>().BootstrapServers };
}
